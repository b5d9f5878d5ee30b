#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "load/run_state.h"
#include "program/cast.h"

namespace acrida::program {

using load::RunState;

struct Plan {
  std::int64_t users = 1;
  double spawn_rate = 1;
  std::optional<std::vector<std::string>> classes = {};  // the only ones to spawn from now on
};

// Who brings users to life: this process, or the workers of a master. Both log and tell the scenario's listeners.
//
// Owner   the run. Thread: the main one.
class Runner {
 public:
  virtual ~Runner() = default;

  // turn() is due when the descriptor is readable or next_at() is over.
  virtual int descriptor() const = 0;
  virtual std::optional<base::Instant> next_at() const = 0;
  virtual void turn(base::Instant now) = 0;

  // Begins a test, or changes the one under way; false if that cannot be now.
  virtual bool start(const Plan& plan, base::Instant now) = 0;
  virtual void stop(base::Instant now) = 0;
  // The process is about to end: users stop, the last results come in; then has_quit().
  virtual void quit(base::Instant now) = 0;
  virtual bool has_quit() const = 0;
  virtual void reset_statistics() = 0;
  // A class was changed on the page; `settings` as they came.
  virtual void class_edited(const load::UserClass& /*edited*/, const Json& /*settings*/) {}
  // All that was counted up to now is in the results when this returns.
  virtual void collect_all() = 0;

  virtual RunState state() const = 0;
  virtual std::int64_t user_count() const = 0;
  virtual std::int64_t target_user_count() const = 0;
  virtual ClassCounts users_by_class() const = 0;
  // Who lived when the last stop began.
  virtual ClassCounts final_users_by_class() const = 0;
  // Lines for the end of the run.
  virtual std::vector<std::string> closing_lines() const = 0;

  // ---- of a master
  virtual bool is_distributed() const { return false; }
  virtual int port() const { return 0; }
  virtual Json workers() const { return Json::array(); }  // as the page shows them
  virtual std::int64_t worker_count() const { return 0; }
  virtual std::int64_t ready_count() const { return 0; }
  virtual bool is_resumed() const { return false; }            // goes on with the run of a master before it
  virtual Json worker_logs() const { return Json::object(); }  // {id: [lines]}
  // What became of the swarm makes an end necessary; asked once.
  enum class StopWish { None, Stop, Quit };
  virtual StopWish take_stop_wish() { return StopWish::None; }

  bool is_idle() const { return state() == RunState::Ready || state() == RunState::Stopped; }
};

}  // namespace acrida::program
