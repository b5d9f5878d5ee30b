#include "engine/run.h"

#include <doctest/doctest.h>

#include <string>

using namespace acrida;
using namespace std::chrono_literals;
using engine::Notice;
using engine::Run;
using engine::RunState;

namespace {

// Users who leave when they are told to, or only when they are killed.
struct Crowd final : engine::UserHost {
  std::vector<std::int64_t> alive = std::vector<std::int64_t>(2);
  std::int64_t busy_leavers = 0;
  bool finishes_at_once = true;
  int kills = 0;

  void spawn(std::size_t user_class, std::int64_t count) override { alive[user_class] += count; }
  void ask_to_stop(std::size_t user_class, std::int64_t count) override {
    alive[user_class] -= count;
    if (!finishes_at_once) busy_leavers += count;
  }
  void kill_leaving() override {
    ++kills;
    busy_leavers = 0;
  }
  std::int64_t staying(std::size_t user_class) const override { return alive[user_class]; }
  std::int64_t leaving() const override { return busy_leavers; }
};

struct Bench {
  Crowd crowd;
  Run run;
  base::Instant now{};

  explicit Bench(base::Duration stop_timeout = {}) : run(crowd, {{"Ant", 1}, {"Bee", 3}}, stop_timeout) {}

  void pass(base::Duration time) {
    const base::Instant end = now + time;
    while (run.next_at() && *run.next_at() <= end) {
      now = std::max(now, *run.next_at());
      run.on_time(now);
    }
    now = end;
  }
  std::string notices() {
    std::string text;
    for (const Notice& notice : run.take_notices()) switch (notice.what) {
        case Notice::What::TestStart:
          text += "start ";
          break;
        case Notice::What::SpawningComplete:
          text += "complete:" + std::to_string(notice.users) + " ";
          break;
        case Notice::What::TestStopping:
          text += "stopping ";
          break;
        case Notice::What::KillingTheRest:
          text += "rest:" + std::to_string(notice.users) + " ";
          break;
        case Notice::What::TestStop:
          text += "stop ";
          break;
      }
    return text;
  }
};

}  // namespace

TEST_CASE("a run brings its users to life at the rate of the plan, by their weights") {
  Bench bench;
  CHECK(bench.run.start({.users = 8, .spawn_rate = {2}, .classes = {}}, bench.now));
  CHECK(bench.run.state() == RunState::Spawning);
  CHECK(bench.crowd.alive[0] + bench.crowd.alive[1] == 2);
  bench.pass(1s);
  CHECK(bench.crowd.alive[0] + bench.crowd.alive[1] == 4);
  bench.pass(10s);
  CHECK(bench.crowd.alive == std::vector<std::int64_t>{2, 6});
  CHECK(bench.run.state() == RunState::Running);
  CHECK(bench.notices() == "start complete:8 ");
  CHECK_FALSE(bench.run.next_at().has_value());
}

TEST_CASE("a second start while running changes the plan") {
  Bench bench;
  bench.run.start({.users = 8, .spawn_rate = {100}, .classes = {}}, bench.now);
  CHECK(bench.run.start({.users = 4, .spawn_rate = {100}, .classes = {}}, bench.now));
  CHECK(bench.crowd.alive[0] + bench.crowd.alive[1] == 4);
  CHECK(bench.notices() == "start complete:8 complete:4 ");
  CHECK_FALSE(bench.run.start({.users = 4, .spawn_rate = {1}, .classes = {{"Wasp"}}}, bench.now));
}

TEST_CASE("an edited weight or fixed count holds when classes are picked anew, at the latest in the next run") {
  Bench bench;
  bench.run.start({.users = 8, .spawn_rate = {100}, .classes = {}}, bench.now);
  CHECK(bench.crowd.alive == std::vector<std::int64_t>{2, 6});
  CHECK(bench.run.set_class({"Ant", 3, 0}));
  CHECK_FALSE(bench.run.set_class({"Wasp", 3, 0}));
  bench.run.start({.users = 16, .spawn_rate = {100}, .classes = {}}, bench.now);
  CHECK(bench.crowd.alive == std::vector<std::int64_t>{4, 12});
  bench.run.stop(bench.now);
  bench.run.start({.users = 8, .spawn_rate = {100}, .classes = {}}, bench.now);
  CHECK(bench.crowd.alive == std::vector<std::int64_t>{4, 4});
  bench.run.set_class({"Ant", 3, 5});
  bench.run.stop(bench.now);
  bench.run.start({.users = 8, .spawn_rate = {100}, .classes = {}}, bench.now);
  CHECK(bench.crowd.alive == std::vector<std::int64_t>{5, 3});
}

TEST_CASE("without a stop timeout running tasks are killed at once") {
  Bench bench;
  bench.crowd.finishes_at_once = false;
  bench.run.start({.users = 4, .spawn_rate = {100}, .classes = {}}, bench.now);
  bench.run.stop(bench.now);
  CHECK(bench.crowd.kills == 1);
  CHECK(bench.run.state() == RunState::Stopped);
  CHECK(bench.notices() == "start complete:4 stopping stop ");
}

TEST_CASE("with a stop timeout running tasks may finish") {
  Bench bench(10s);
  bench.crowd.finishes_at_once = false;
  bench.run.start({.users = 4, .spawn_rate = {100}, .classes = {}}, bench.now);
  bench.run.stop(bench.now);
  CHECK(bench.run.state() == RunState::Cleanup);
  CHECK_FALSE(bench.run.start({.users = 1, .spawn_rate = {1}, .classes = {}}, bench.now));
  bench.crowd.busy_leavers = 0;
  bench.run.on_time(bench.now + 3s);
  CHECK(bench.run.state() == RunState::Stopped);
  CHECK(bench.crowd.kills == 0);
}

TEST_CASE("who has not finished when the stop timeout ends is killed, and that is said") {
  Bench bench(10s);
  bench.crowd.finishes_at_once = false;
  bench.run.start({.users = 4, .spawn_rate = {100}, .classes = {}}, bench.now);
  bench.run.stop(bench.now);
  bench.pass(9s);
  CHECK(bench.crowd.kills == 0);
  bench.pass(1s);
  CHECK(bench.crowd.kills == 1);
  CHECK(bench.notices() == "start complete:4 stopping rest:4 stop ");
  CHECK(bench.run.start({.users = 2, .spawn_rate = {100}, .classes = {}}, bench.now));
  CHECK(bench.run.state() == RunState::Running);
}

TEST_CASE("users who leave in a ramp get the stop timeout, too") {
  Bench bench(10s);
  bench.run.start({.users = 4, .spawn_rate = {100}, .classes = {}}, bench.now);
  bench.crowd.finishes_at_once = false;
  bench.run.start({.users = 1, .spawn_rate = {100}, .classes = {}}, bench.now);
  CHECK(bench.crowd.leaving() == 3);
  bench.pass(10s);
  CHECK(bench.crowd.kills == 1);
  CHECK(bench.run.state() == RunState::Running);
}

TEST_CASE("stopping in the middle of a ramp ends the ramp") {
  Bench bench;
  bench.run.start({.users = 100, .spawn_rate = {1}, .classes = {}}, bench.now);
  bench.pass(3s);
  bench.run.stop(bench.now);
  CHECK(bench.run.state() == RunState::Stopped);
  bench.pass(10s);
  CHECK(bench.crowd.alive == std::vector<std::int64_t>{0, 0});
}
