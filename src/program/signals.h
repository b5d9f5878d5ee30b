#pragma once

#include <sys/types.h>

#include <atomic>

#include "reactor/descriptor.h"
#include "reactor/thread.h"

namespace acrida::program {

// SIGINT and SIGTERM: the first asks for an end in order, a second one ends the process at once, whatever its main
// thread is doing (waiting for workers, a listener of the scenario, a terminal that takes no more). Blocked for the
// whole process as long as this lives: made before any other thread.
//
// Owner   the run. Thread: the main one; it listens on one of its own.
// Fails   std::system_error without a descriptor or a thread.
class Signals {
 public:
  // The process that started this one and passes on what it gets itself, or 0: its signals never count as a second one.
  explicit Signals(pid_t parent = 0);
  ~Signals();

  // Readable from the first signal on, until take().
  int descriptor() const { return bell_.get(); }
  // After the descriptor was readable.
  void take();
  // True from the first take() on.
  bool is_end_wanted() const { return is_taken_; }
  // The one that asked for the end, or 0.
  int first() const { return first_; }

  // For those who have others to end first: a second one is only told of.
  void leave_second_to_owner() { is_second_left_ = true; }
  bool is_end_urgent() const { return count_ > 1; }

 private:
  void listen();

  const pid_t parent_;
  const reactor::Descriptor signals_, bell_, stop_;
  std::atomic<int> first_{0}, count_{0};
  std::atomic<bool> is_second_left_{false};
  bool is_taken_ = false;   // by the main thread
  reactor::Thread thread_;  // last: it uses the others
};

}  // namespace acrida::program
