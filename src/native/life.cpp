#include <exception>
#include <typeinfo>

#include <acrida/flow.h>
#include "native/caught.h"
#include "native/loop.h"
#include "native/tasks.h"

namespace acrida::native {

using detail::UserState;
using engine::Outcome;
using Step = engine::UserLoop::Step;

template <class Code>
Outcome Loop::guarded(UserState& user, const Code& code) {
  try {
    code();
    return Outcome::Returned;
  } catch (const fiber::Killed&) {
    return Outcome::Killed;
  } catch (const StopUser&) {
    return Outcome::StopUser;
  } catch (const RescheduleTask&) {
    return Outcome::Reschedule;
  } catch (const RescheduleTaskImmediately&) {
    return Outcome::RescheduleNow;
  } catch (const InterruptTaskSet& interrupt) {
    return interrupt.reschedule ? Outcome::InterruptNow : Outcome::InterruptThenWait;
  } catch (const std::exception& error) {
    report_error(user, error.what(), type_name(typeid(error)));
  } catch (...) {
    report_error(user, "not a std::exception", name_of_caught());
  }
  return Outcome::Failed;
}

void Loop::on_timer(void* user) {
  auto& self = *static_cast<UserState*>(user);
  self.woken_with = Outcome::Returned;
  self.loop.make_due(self);
}

// A user that is due gets a fiber until it waits again.
void Loop::live(void* user) {
  auto& self = *static_cast<UserState*>(user);
  self.loop.go_on(self);
}

void Loop::go_on(UserState& user) {
  user.fiber = fibers_.current();
  user.parks = user.fiber->parks();
  fibers_.set_label(user.type.name.c_str());
  Step step = user.has_begun ? user.life.finished(user.woken_with) : user.life.begin();
  user.has_begun = true;
  for (;;) {
    if (step == Step::End) {
      return remove(user);
    }
    if (step == Step::Wait) {
      if (begin_wait(user)) break;
      step = user.life.finished(user.woken_with);
    } else {
      Outcome outcome = perform(user, step);
      if (user.life.step() == Step::SetOnStart && step == Step::Run) {  // it has entered a set
        step = Step::SetOnStart;
        continue;
      }
      if (user.fiber->is_being_killed()) {  // perhaps a catch (...) has held it back
        user.fiber->forgive();
        outcome = Outcome::Killed;
      }
      step = user.life.finished(outcome);
    }
    while (user.frames.size() + 1 > user.life.depth()) user.frames.pop_back();
  }
  user.fiber = nullptr;
}

// True: the user waits, and has no more to do on this fiber.
bool Loop::begin_wait(UserState& user) {
  double seconds = 0;
  user.doing = "wait_time";
  user.woken_with = guarded(user, [&] { seconds = user.subject().wait_time(); });
  if (user.woken_with != Outcome::Returned) return false;
  // Nothing to wait for, and others have had their turn in this task: the next one, on the same stack.
  if (seconds <= 0 && user.fiber->parks() != user.parks) {
    user.parks = user.fiber->parks();
    return false;
  }
  if (seconds > 0)
    reactor_.timers().arm(user.timer, base::now() + base::from_seconds(seconds));
  else
    make_due(user);  // after the others
  return true;
}

Outcome Loop::perform(UserState& user, Step step) {
  user.task = nullptr;
  switch (step) {
    case Step::UserOnStart:
      user.doing = "its constructor";
      return guarded(user, [&] {
        user.user = user.type.make();
        user.doing = "on_start";
        user.user->on_start();
      });
    case Step::SetOnStart:
      user.doing = "the constructor of a set";
      return guarded(user, [&] {
        user.frames.back().set = user.frames.back().type->make();
        user.doing = "on_start";
        user.subject().on_start();
      });
    case Step::Run:
      return run_task(user);
    case Step::SetOnStop:
    case Step::UserOnStop:
      user.doing = "on_stop";
      return guarded(user, [&] {
        Subject* const subject = step == Step::UserOnStop ? user.user.get() : user.frames.back().set.get();
        if (subject) subject->on_stop();
      });
    case Step::Wait:
    case Step::End:
      break;
  }
  return Outcome::Returned;
}

Outcome Loop::run_task(UserState& user) {
  const detail::TaskSetDefinition& set = user.innermost();
  user.doing = "picking a task";
  const bool is_own = user.frames.empty();  // a user's own tasks have no order, and may be edited
  const std::vector<std::size_t>& picks = is_own ? classes_[user.class_index].picks : set.picks;
  if (picks.empty() && set.order != detail::Order::Markov) {
    report_error(user, "No tasks defined on " + set.name + ". Use me.task<&" + set.name + "::name>() in its define().",
                 "acrida");
    return Outcome::Failed;
  }
  const detail::TaskDefinition& task =
      set.tasks[is_own ? pick(picks, user.random) : pick(set, user.frames.back().at, user.random)];
  if (task.set) {
    user.frames.push_back({task.set.get(), nullptr, 0});
    user.life.entered();
    return Outcome::Returned;
  }
  user.task = &task;
  fibers_.set_label(task.full_name.c_str());
  return guarded(user, [&] { task.call(user.subject()); });
}

}  // namespace acrida::native

namespace acrida::detail {

UserState::UserState(native::Loop& of_loop, const UserDefinition& of_type, std::size_t index, std::uint64_t seed)
    : loop(of_loop), type(of_type), class_index(index), timer(native::Loop::on_timer, this), random(seed) {}

}  // namespace acrida::detail
