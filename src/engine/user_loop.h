#pragma once

#include <cstdint>

namespace acrida::engine {

// How a piece of a scenario (a task, on_start, wait_time …) ended. The hosts only translate their exceptions into this.
enum class Outcome : std::uint8_t {
  Returned,
  Reschedule,         // wait, then the next task; nothing is recorded
  RescheduleNow,      // the next task without a wait
  InterruptNow,       // leave this task set, the one around it goes on at once
  InterruptThenWait,  // leave this task set, the one around it waits first
  StopUser,           // this user has done its work
  Killed,             // somebody ends it
  Failed,             // any other exception: the host has reported it
};

// The life of one user written in C++, from on_start to on_stop, as a state machine: the host does what a step says and
// tells how it ended. It is the same in nested task sets and outside of them. Users in Python live by the same rules in
// python/acrida/user/ and src/python/users.cpp, where scenarios may replace each method.
//
//   for (Step step = loop.begin(); step != Step::End;) step = loop.finished(perform(step));
//
// Owner   a host, one for each user. Thread: the host's. Pure. Fails: never.
class UserLoop {
 public:
  enum class Step : std::uint8_t {
    UserOnStart,
    SetOnStart,  // of the innermost task set
    Run,         // pick from the innermost set; a task: run it. A task set: enter it and say entered()
    Wait,        // as long as the innermost set's wait_time says
    SetOnStop,   // of the innermost task set
    UserOnStop,
    End,
  };

  // `catches_failures` false: an exception in a task ends the user, without on_stop.
  explicit UserLoop(bool catches_failures = true) : catches_failures_(catches_failures) {}

  Step begin();
  // What the last step asked for has ended like this.
  Step finished(Outcome outcome);
  // Run has picked a task set, which is now the innermost.
  Step entered();

  // Ends the user in an orderly way, after its task. True: it waits, so interrupt the wait: finished(Killed).
  bool ask_to_stop();
  bool is_stopping() const { return is_stopping_; }
  // On its way out: on_stop methods run, which nobody interrupts.
  bool is_unwinding() const { return is_unwinding_; }
  bool is_waiting() const { return step_ == Step::Wait; }

  // Task sets that are active, the user's own included. The host lets go of what lies above.
  std::uint32_t depth() const { return depth_; }
  Step step() const { return step_; }

 private:
  Step go(Step step) { return step_ = step; }
  Step run_next();
  Step wait();
  Step unwind();
  Step after_user_on_start(Outcome outcome);
  Step after_set_on_start(Outcome outcome);
  Step after_task(Outcome outcome);
  Step after_wait(Outcome outcome);
  Step after_set_on_stop(Outcome outcome);
  Step leave_set(bool then_waits);

  Step step_ = Step::UserOnStart;
  bool catches_failures_;
  bool is_stopping_ = false;
  bool is_unwinding_ = false;
  bool waits_after_leaving_ = false;
  std::uint32_t depth_ = 1;
};

}  // namespace acrida::engine
