#include "engine/user_loop.h"

namespace acrida::engine {

using Step = UserLoop::Step;

Step UserLoop::begin() { return go(Step::UserOnStart); }

Step UserLoop::entered() {
  ++depth_;
  return go(Step::SetOnStart);
}

Step UserLoop::finished(Outcome outcome) {
  switch (step_) {
    case Step::UserOnStart:
      return after_user_on_start(outcome);
    case Step::SetOnStart:
      return after_set_on_start(outcome);
    case Step::Run:
      return after_task(outcome);
    case Step::Wait:
      return after_wait(outcome);
    case Step::SetOnStop:
      return after_set_on_stop(outcome);
    case Step::UserOnStop:
    case Step::End:
      break;
  }
  return go(Step::End);
}

bool UserLoop::ask_to_stop() {
  is_stopping_ = true;
  return step_ == Step::Wait;
}

Step UserLoop::run_next() { return is_stopping_ ? unwind() : go(Step::Run); }

Step UserLoop::wait() { return is_stopping_ ? unwind() : go(Step::Wait); }

// Every active set ends, the innermost first; then the user. Its own set, the outermost, has nothing to end.
Step UserLoop::unwind() {
  is_unwinding_ = true;
  return go(depth_ > 1 ? Step::SetOnStop : Step::UserOnStop);
}

Step UserLoop::after_user_on_start(Outcome outcome) {
  if (outcome == Outcome::Returned) return run_next();
  if (outcome == Outcome::StopUser || outcome == Outcome::Killed) return unwind();
  return go(Step::End);
}

// A set that could not be entered has nothing to stop; to the one around it, it is a task that ended like this.
Step UserLoop::after_set_on_start(Outcome outcome) {
  if (outcome == Outcome::Returned) return run_next();
  --depth_;
  if (outcome == Outcome::InterruptNow) outcome = Outcome::RescheduleNow;
  if (outcome == Outcome::InterruptThenWait) outcome = Outcome::Reschedule;
  return after_task(outcome);
}

Step UserLoop::after_task(Outcome outcome) {
  switch (outcome) {
    case Outcome::Returned:
    case Outcome::Reschedule:
      return wait();
    case Outcome::RescheduleNow:
      return run_next();
    case Outcome::InterruptNow:
      return leave_set(false);
    case Outcome::InterruptThenWait:
      return leave_set(true);
    case Outcome::StopUser:
    case Outcome::Killed:
      return unwind();
    case Outcome::Failed:
      break;
  }
  return catches_failures_ ? wait() : go(Step::End);
}

// Nobody is around the user's own set: who interrupts it ends the user, who is not asked to on_stop then.
Step UserLoop::leave_set(bool then_waits) {
  if (depth_ == 1) return go(Step::End);
  waits_after_leaving_ = then_waits;
  return go(Step::SetOnStop);
}

// A wait time that cannot be computed would fail again and again: the user ends.
Step UserLoop::after_wait(Outcome outcome) {
  if (outcome == Outcome::Returned) return run_next();
  if (outcome == Outcome::StopUser || outcome == Outcome::Killed) return unwind();
  return go(Step::End);
}

Step UserLoop::after_set_on_stop(Outcome outcome) {
  --depth_;
  if (is_unwinding_ || outcome == Outcome::StopUser || outcome == Outcome::Killed) return unwind();
  return waits_after_leaving_ ? wait() : run_next();
}

}  // namespace acrida::engine
