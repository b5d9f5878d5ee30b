#pragma once

#include "base/time.h"
#include "fiber/scheduler.h"
#include "reactor/timer_wheel.h"

namespace acrida::fiber {

// Something that one fiber waits for and the loop announces. Lives on the waiting fiber's stack.
//
// Owner   the fiber. Thread: the loop's. Fails: wait() throws Killed.
class Event {
 public:
  explicit Event(Scheduler& scheduler) : scheduler_(scheduler), fiber_(*scheduler.current()) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set() {
    is_set_ = true;
    scheduler_.unpark(fiber_);
  }
  bool is_set() const { return is_set_; }
  void reset() { is_set_ = false; }

  void wait() {
    while (!is_set_) scheduler_.park();
  }
  // False: the deadline came first.
  bool wait_until(reactor::TimerWheel& timers, base::Instant deadline);

 private:
  Scheduler& scheduler_;
  Fiber& fiber_;
  bool is_set_ = false;
};

// In a job: the turn goes to others until then. An instant that has passed: until the timers' next tick.
void sleep_until(Scheduler& scheduler, reactor::TimerWheel& timers, base::Instant when);

}  // namespace acrida::fiber
