#pragma once

#include <sched.h>

#include <atomic>

namespace acrida::stats {

// Tells a reader that has just put another shard in place when the one writer is done with the old one. The writer
// never waits; the reader waits at most for one sample (some 20 ns).
//
//   writer                           reader
//   enter                            replace the pointer
//   load the pointer, count          wait until the writer is outside: what was replaced is complete and untouched
//   leave                            read it, clear it, use it again
//
// Sequential consistency of enter, both pointer accesses and the reader's look is what makes it right: either the
// writer sees the new pointer or the reader sees the writer inside.
class Gate {
 public:
  void enter() noexcept { is_inside_.exchange(true, std::memory_order_seq_cst); }
  void leave() noexcept { is_inside_.store(false, std::memory_order_release); }
  void wait_until_outside() const noexcept {
    while (is_inside_.load(std::memory_order_seq_cst)) sched_yield();
  }

 private:
  std::atomic<bool> is_inside_{false};
};

}  // namespace acrida::stats
