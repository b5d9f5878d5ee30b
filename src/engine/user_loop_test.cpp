#include "engine/user_loop.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace acrida::engine;
using Step = UserLoop::Step;

namespace {

std::string text(Step step) {
  switch (step) {
    case Step::UserOnStart:
      return "start";
    case Step::SetOnStart:
      return "set-start";
    case Step::Run:
      return "run";
    case Step::Wait:
      return "wait";
    case Step::SetOnStop:
      return "set-stop";
    case Step::UserOnStop:
      return "stop";
    case Step::End:
      return "end";
  }
  return "?";
}

// The steps that come when each ends as the list says; "enter" is a task set that was picked.
struct Told {
  Outcome outcome = Outcome::Returned;
  bool enters = false;
};
constexpr Told kOk{}, kEnter{.enters = true};

std::string life(std::vector<Told> told, bool catches = true, int stop_before = -1) {
  UserLoop loop(catches);
  std::string steps = text(loop.begin());
  int index = 0;
  for (const Told& each : told) {
    Step next;
    if (index++ == stop_before && loop.ask_to_stop())
      next = loop.finished(Outcome::Killed);
    else
      next = each.enters ? loop.entered() : loop.finished(each.outcome);
    steps += " " + text(next);
    if (next == Step::End) break;
  }
  return steps;
}

Told with(Outcome outcome) { return {.outcome = outcome}; }

}  // namespace

TEST_CASE("a user starts, runs a task, waits, and runs the next") {
  CHECK(life({kOk, kOk, kOk, kOk}) == "start run wait run wait");
}

TEST_CASE("rescheduling waits or does not") {
  CHECK(life({kOk, with(Outcome::Reschedule), kOk}) == "start run wait run");
  CHECK(life({kOk, with(Outcome::RescheduleNow), kOk}) == "start run run wait");
}

TEST_CASE("a nested set is started, left by an interrupt, and the one around it goes on or waits first") {
  CHECK(life({kOk, kEnter, kOk, with(Outcome::InterruptNow), kOk}) == "start run set-start run set-stop run");
  CHECK(life({kOk, kEnter, kOk, with(Outcome::InterruptThenWait), kOk}) == "start run set-start run set-stop wait");
}

TEST_CASE("an interrupt outside of any set ends the user, without its on_stop") {
  CHECK(life({kOk, with(Outcome::InterruptNow)}) == "start run end");
}

TEST_CASE("who is interrupted in on_start of a set has not been in it") {
  CHECK(life({kOk, kEnter, with(Outcome::InterruptNow)}) == "start run set-start run");
  CHECK(life({kOk, kEnter, with(Outcome::InterruptThenWait)}) == "start run set-start wait");
  CHECK(life({kOk, kEnter, with(Outcome::Failed), kOk}) == "start run set-start wait run");
}

TEST_CASE("stopping and killing end every active set, the innermost first") {
  for (Outcome outcome : {Outcome::StopUser, Outcome::Killed}) {
    CHECK(life({kOk, with(outcome), kOk}) == "start run stop end");
    CHECK(life({kOk, kEnter, kOk, kEnter, kOk, with(outcome), kOk, kOk, kOk}) ==
          "start run set-start run set-start run set-stop set-stop stop end");
    CHECK(life({with(outcome), kOk}) == "start stop end");
  }
}

TEST_CASE("trouble while stopping does not stop the stopping") {
  CHECK(life({kOk, kEnter, kOk, with(Outcome::Killed), with(Outcome::Failed), with(Outcome::Failed)}) ==
        "start run set-start run set-stop stop end");
  CHECK(life({kOk, kEnter, kOk, with(Outcome::InterruptNow), with(Outcome::StopUser), kOk}) ==
        "start run set-start run set-stop stop end");
}

TEST_CASE("a failing task is followed by a wait, or ends the user where failures are not caught") {
  CHECK(life({kOk, with(Outcome::Failed), kOk}) == "start run wait run");
  CHECK(life({kOk, with(Outcome::Failed)}, false) == "start run end");
}

TEST_CASE("who fails in on_start or in wait_time is gone") {
  CHECK(life({with(Outcome::Failed)}) == "start end");
  CHECK(life({kOk, kOk, with(Outcome::Failed)}) == "start run wait end");
}

TEST_CASE("asked to stop in a task, the user finishes it; asked while waiting, it ends at once") {
  CHECK(life({kOk, kOk, kOk}, true, 1) == "start run stop end");
  CHECK(life({kOk, kOk, kOk, kOk}, true, 2) == "start run wait stop end");
  CHECK(life({kOk, kOk}, true, 0) == "start stop end");  // in on_start: no task comes after it
  CHECK(life({kOk, kEnter, kOk, kOk, kOk, kOk}, true, 3) == "start run set-start run set-stop stop end");
}
