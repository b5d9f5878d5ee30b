#pragma once

#include <vector>

#include "http/operation.h"

namespace acrida::http {

// Answered operations on their way back, collected so that each caller gets one chain and at most one wake-up.
//
// Owner   the service. Thread: the loop's. Fails: never.
class Completions {
 public:
  void add(Operation& operation);
  void flush();

 private:
  struct Batch {
    reactor::Mailbox* mailbox;
    reactor::Letter* newest;
    reactor::Letter* oldest;
    void (*wake)(void*);
    void* wake_argument;
  };

  std::vector<Batch> batches_;
};

}  // namespace acrida::http
