#include "fiber/event.h"

namespace acrida::fiber {

namespace {

// Armed while it lives, whichever way its fiber leaves.
class Alarm {
 public:
  Alarm(reactor::TimerWheel& timers, base::Instant when, void (*fire)(void*), void* context)
      : timers_(timers), timer_(fire, context) {
    timers_.arm(timer_, when);
  }
  ~Alarm() { timers_.cancel(timer_); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  bool is_armed() const { return timer_.is_armed(); }

 private:
  reactor::TimerWheel& timers_;
  reactor::Timer timer_;
};

}  // namespace

bool Event::wait_until(reactor::TimerWheel& timers, base::Instant deadline) {
  if (is_set_) return true;
  const Alarm alarm(
      timers, deadline,
      [](void* self) {
        auto& event = *static_cast<Event*>(self);
        event.scheduler_.unpark(event.fiber_);
      },
      this);
  while (!is_set_ && alarm.is_armed()) scheduler_.park();
  return is_set_;
}

void sleep_until(Scheduler& scheduler, reactor::TimerWheel& timers, base::Instant when) {
  Event never(scheduler);
  never.wait_until(timers, when);
}

}  // namespace acrida::fiber
