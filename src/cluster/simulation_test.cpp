#include <doctest/doctest.h>

#include <algorithm>

#include "cluster/simulation_testing.h"

using namespace acrida::cluster;
using acrida::base::from_seconds;
using simulation::World;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 25;  // the same code, ten times slower
constexpr int kThousands = 200;
#else
constexpr std::uint64_t kSeeds = 200;
constexpr int kThousands = 2'000;
#endif

MasterSettings keeping_results() {
  MasterSettings settings;
  settings.keeps_results = true;
  return settings;
}

std::int64_t counted(World& world) { return world.master().stats().total().num_requests(); }

// All users running, everything said.
World& running(World& world, int workers, std::int64_t users) {
  for (int i = 0; i < workers; ++i) world.add_worker();
  world.pass(2);
  world.start(users, static_cast<double>(users));
  world.pass(5);
  return world;
}

}  // namespace

TEST_CASE("random faults in random swarms: no request counts twice, no receipt lies, everybody agrees in the end") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const simulation::Outcome outcome = simulation::run_story(seed);
    INFO("replay with: make simulate SEED=" << seed);
    for (const std::string& line : outcome.broken) FAIL_CHECK(line);
  }
}

TEST_CASE("a story is the same every time it is told") {
  const simulation::Outcome first = simulation::run_story(42, true), second = simulation::run_story(42, true);
  CHECK(first.trace == second.trace);
  CHECK(first.trace.size() > 100);
}

TEST_CASE("thousands of workers: users reach their number, and quit reaches everyone") {
  World world(1);
  running(world, kThousands, 3 * kThousands);
  CHECK(world.users_alive() == 3 * kThousands);
  CHECK(world.master().state() == RunState::Running);
  world.quit();
  world.pass(10);
  CHECK(world.quit_finished == 1);
  CHECK(world.users_alive() == 0);
}

TEST_CASE("a worker that stood still for 10 s loses nothing and counts nothing twice") {
  World world(2);
  running(world, 3, 30);
  world.freeze(world.worker(0), from_seconds(10));
  world.pass(60);
  CHECK(world.users_alive() == 30);
  world.stop();
  world.pass(5);
  CHECK(counted(world) == world.performed(world.master().run()));
  CHECK(world.master().ledger().gaps().empty());
}

TEST_CASE("a worker that was cut off for 20 s brings its results afterwards") {
  World world(3);
  running(world, 3, 30);
  world.cut(world.worker(1), true);
  world.pass(20);
  CHECK(world.master().ledger().gaps().size() == 1);  // as things look meanwhile
  world.cut(world.worker(1), false);
  world.pass(30);
  CHECK(world.master().user_count() == 30);
  world.stop();
  world.pass(5);
  CHECK(counted(world) == world.performed(world.master().run()));
  CHECK(world.master().ledger().gaps().empty());
}

TEST_CASE("a master that is killed and started again goes on with the run, and the totals are the target's") {
  World world(4, keeping_results());
  running(world, 3, 30);
  const std::uint64_t run = world.master().run();
  world.pass(10);
  world.kill_master();
  world.pass(20);
  CHECK(world.users_alive() == 30);  // nobody was stopped meanwhile
  world.start_master();
  world.pass(30);
  CHECK(world.master().run() == run);
  CHECK(world.master().state() == RunState::Running);
  CHECK(world.master().user_count() == 30);
  world.stop();
  world.pass(5);
  CHECK(counted(world) == world.performed(run));
  for (std::size_t i = 0; i < world.size(); ++i) CHECK(world.worker(i).tests_started == 1);
}

TEST_CASE("what a killed worker had not sent is named as a gap") {
  World world(5);
  running(world, 3, 30);
  world.pass(10.5);
  world.kill(world.worker(2));
  world.pass(70);
  world.stop();
  world.pass(5);
  const std::int64_t missing = world.performed(world.master().run()) - counted(world);
  REQUIRE(world.master().ledger().gaps().size() == 1);
  const Gap& gap = world.master().ledger().gaps().begin()->second;
  CHECK(gap.worker_id == world.worker(2).id);
  CHECK(gap.known_missing <= missing);
  CHECK(missing <= gap.known_missing + 11);  // ten users, one request a second each, a second at most
}

TEST_CASE("a worker whose master is silent for a minute stops its load and says so") {
  World world(6);
  running(world, 2, 20);
  world.kill_master();
  world.pass(55);
  CHECK(world.users_alive() == 20);
  world.pass(10);
  CHECK(world.users_alive() == 0);
  CHECK(world.worker(0).has_ended);
  CHECK(std::count(world.log.begin(), world.log.end(),
                   world.worker(0).id + ": Didn't get heartbeat from master in over 60s") == 1);
}

TEST_CASE("where a master keeps its results, a worker stops its load and waits with what it has") {
  World world(7, keeping_results());
  running(world, 2, 20);
  const std::uint64_t run = world.master().run();
  world.kill_master();
  world.pass(100);
  CHECK(world.users_alive() == 0);
  CHECK_FALSE(world.worker(0).has_ended);
  world.start_master();
  world.pass(30);
  CHECK(world.users_alive() == 20);
  world.stop();
  world.pass(5);
  CHECK(counted(world) == world.performed(run));
}

TEST_CASE("a master that stood still for 10 s gives no worker up") {
  World world(8);
  running(world, 3, 30);
  world.freeze_master(from_seconds(10));
  world.pass(30);
  for (const auto& [id, node] : world.master().roster().nodes()) CHECK(node.state == "running");
  CHECK(std::count_if(world.log.begin(), world.log.end(),
                      [](const std::string& line) { return line.find("missing") != line.npos; }) == 0);
}

TEST_CASE("with a join secret everybody who knows it joins; who does not is told so and ends") {
  MasterSettings settings;
  settings.join_secret = "open sesame";
  World world(9, settings);
  WorkerSettings friendly, wrong, without;
  friendly.join_secret = "open sesame";
  wrong.join_secret = "open barley";
  world.add_worker(friendly);
  auto& second = world.add_worker(wrong);
  auto& third = world.add_worker(without);
  world.pass(3);
  CHECK(world.master().worker_count() == 1);
  CHECK(second.exit_code == 1);
  CHECK(third.exit_code == 1);
  world.start(5, 5);
  world.pass(5);
  CHECK(world.users_alive() == 5);
}
