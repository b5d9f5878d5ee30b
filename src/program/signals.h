#pragma once

#include "reactor/descriptor.h"

namespace acrida::program {

// SIGINT and SIGTERM as something to wait for. Blocked for the whole process: made before any thread.
//
// Owner   the run. Thread: the main one. Fails: std::system_error without a descriptor.
class Signals {
 public:
  Signals();
  int descriptor() const { return descriptor_.get(); }
  // After the descriptor was readable: somebody wants an end. A second one ends the process at once.
  void take();
  // The same for those who decide themselves: the signal, or 0.
  int read_one();
  bool is_end_wanted() const { return count_ > 0; }

 private:
  reactor::Descriptor descriptor_;
  int count_ = 0;
};

}  // namespace acrida::program
