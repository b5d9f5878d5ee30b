#pragma once

#include <memory>
#include <vector>

#include <acrida/random.h>
#include <acrida/scenario.h>
#include "engine/user_loop.h"
#include "fiber/scheduler.h"
#include "reactor/timer_wheel.h"

namespace acrida::native {
class Loop;
}

namespace acrida::detail {

// A task set that is active in a user.
struct Frame {
  const TaskSetDefinition* type;
  std::unique_ptr<Subject> set;
  std::size_t at = 0;  // where it is in its order
};

// One user of a loop. Between two tasks it is this and the scenario's own object: no stack.
//
// Owner   a Loop. Thread: the loop's.
struct UserState {
  UserState(native::Loop& of_loop, const UserDefinition& of_type, std::size_t index, std::uint64_t seed);

  native::Loop& loop;
  const UserDefinition& type;
  const std::size_t class_index;
  engine::UserLoop life;
  engine::Outcome woken_with = engine::Outcome::Returned;  // how its wait ended
  bool has_begun = false;
  bool is_leaving = false;
  bool is_due = false;             // will get a fiber in this turn or the next
  bool is_waiting_inside = false;  // in wait(), called by a task
  reactor::Timer timer;            // armed between two tasks
  fiber::Fiber* fiber = nullptr;   // only while it does something
  const TaskDefinition* task = nullptr;
  std::uint64_t begun_in_turn = 0;
  std::uint64_t parks = 0;         // of its fiber, when it last began a task
  const char* doing = "starting";  // if it is no task
  Random random;
  std::unique_ptr<Subject> user;
  std::vector<Frame> frames;   // nested sets, the innermost last
  UserState* older = nullptr;  // of its class, among those who stay or leave
  UserState* younger = nullptr;

  const TaskSetDefinition& innermost() const { return frames.empty() ? type : *frames.back().type; }
  Subject& subject() const { return frames.empty() ? *user : *frames.back().set; }
};

}  // namespace acrida::detail
