#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/crew.h"
#include "engine/user_host.h"
#include "load/dispatcher.h"
#include "load/run_state.h"

namespace acrida::engine {

using load::RunState;

// What has happened, in order, for whoever logs it and fires events.
struct Notice {
  enum class What : std::uint8_t {
    TestStart,
    SpawningComplete,  // users: how many there should be now
    TestStopping,
    KillingTheRest,  // the stop timeout is over and some still live
    TestStop,
  };
  What what;
  std::int64_t users = 0;
};

struct Plan {
  std::int64_t users = 1;
  load::Rate spawn_rate{1};
  std::optional<std::vector<std::string>> classes;  // the only ones to spawn from now on
};

// One run from its start to its end: the ramp (src/load's dispatcher), changes of the plan on the way, and the stop
// with or without a time for running tasks to finish. Told the time; whoever drives it calls on_time() at next_at() and
// whenever users have left.
//
// Owner   whoever runs the test. Thread: one. Pure.
// Fails   start() answers false for a plan that names an unknown class.
class Run {
 public:
  Run(UserHost& host, std::vector<load::UserClass> classes, base::Duration stop_timeout);

  // Begins, or changes the plan of the run that is under way. Refused (false) while it is being stopped.
  bool start(const Plan& plan, base::Instant now);
  // Another weight or fixed count of a class, for the users that come from now on. False: there is no such class.
  bool set_class(const load::UserClass& edited);
  void stop(base::Instant now);
  void on_time(base::Instant now);

  std::optional<base::Instant> next_at() const;
  RunState state() const { return state_; }
  std::int64_t target() const { return target_; }
  // What has happened since the last call.
  std::vector<Notice> take_notices() { return std::exchange(notices_, {}); }

 private:
  void step_ramp(base::Instant now);
  void step_stop(base::Instant now);
  void note(Notice::What what, std::int64_t users = 0) { notices_.push_back({what, users}); }

  UserHost& host_;
  std::vector<load::UserClass> classes_;
  Crew crew_;
  std::optional<load::Dispatcher> dispatcher_;
  RunState state_ = RunState::Ready;
  std::int64_t target_ = 0;
  std::optional<base::Instant> ramp_at_;  // its next step; while it lasts
  std::vector<Notice> notices_;
};

}  // namespace acrida::engine
