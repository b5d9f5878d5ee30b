#include "native/crowd.h"

#include <doctest/doctest.h>
#include <time.h>

#include <atomic>
#include <string>
#include <thread>

#include <acrida/acrida.h>
#include "native/tasks.h"

using namespace acrida;
using namespace std::chrono_literals;

namespace {

// What happened on all threads.
std::atomic<int> g_started, g_stopped, g_inner_stopped, g_tasks;

struct Sleeper : User {
  static void define(UserType& me) { me.wait_time(constant(1000)).task<&Sleeper::work>(); }
  void on_start() override { ++g_started; }
  void on_stop() override {
    acrida::sleep(0.001);  // parks, though it was killed
    record({.method = "X", .name = "bye", .response_time_ms = 1});
    ++g_stopped;
  }
  void work() {
    record({.method = "X", .name = "work", .response_time_ms = 2, .response_length = 10});
    ++g_tasks;
  }
};

struct Busy : User {
  static void define(UserType& me) { me.task<&Busy::work>(); }
  void on_stop() override { ++g_stopped; }
  void work() { acrida::sleep(1000); }
};

struct Failing : User {
  static void define(UserType& me) { me.task<&Failing::fail>(); }
  void fail() {
    if (++g_tasks > 3) throw StopUser{};
    throw std::runtime_error("no luck");
  }
};

struct Nested : User {
  struct Set : TaskSet {
    static void define(TaskSetType& set) { set.task<&Set::leave>(); }
    void on_stop() override { ++g_inner_stopped; }
    void leave() {
      record({.method = "X", .name = "inner"});
      if (++g_tasks == 3) throw StopUser{};
      interrupt();
    }
  };
  static void define(UserType& me) { me.task_set<Set>(); }
  void on_stop() override { ++g_stopped; }
};

struct Quick : User {
  static void define(UserType& me) { me.task<&Quick::count>(); }
  void count() { record({.method = "X", .name = "quick", .response_time_ms = 1, .response_length = 1, .error = ""}); }
};

struct Picky : User {
  static void define(UserType& me) {
    me.host("http://first").task<&Picky::one>();
    me.task<&Picky::two>();
  }
  void one() { work("one"); }
  void two() { work("two"); }
  void work(std::string_view task) {
    record({.method = "X", .name = task});
    record({.method = "X", .name = host()});
    acrida::sleep(0.001);
  }
};

std::atomic<bool> g_lets_go;
struct Endless : User {
  static void define(UserType& me) { me.task<&Endless::spin>(); }
  void spin() noexcept {
    ++g_tasks;
    while (!g_lets_go) std::this_thread::yield();
  }
};

struct Bench {
  Scenario scenario;
  stats::RequestStats statistics{false};
  native::Report last;
  std::vector<const detail::UserDefinition*> classes;
  std::unique_ptr<native::Crowd> crowd;

  template <class T>
  explicit Bench(T*, int threads = 1) {
    g_started = g_stopped = g_inner_stopped = g_tasks = 0;
    scenario.user<T>();
    classes.push_back(scenario.users()[0].get());
    crowd = std::make_unique<native::Crowd>(classes, scenario.events(), native::CrowdSettings{.threads = threads});
  }

  // Until it holds; fails the test after 20 s.
  template <class Condition>
  void wait(Condition condition) {
    const base::Instant deadline = base::now() + 20s;
    while (!condition()) {
      REQUIRE_MESSAGE(base::now() < deadline, "it did not come to that");
      native::Report report = crowd->collect_all(statistics);
      for (auto& [key, error] : report.errors) {
        native::ScenarioError& sum = last.errors[key];
        sum.message = error.message;
        sum.place = error.place;
        sum.count += error.count;
      }
    }
  }
  std::int64_t requests(const char* name) {
    stats::Entry* entry = statistics.current_epoch().find("X", name);
    return entry ? entry->num_requests() : 0;
  }
  void stop_all() {
    crowd->ask_to_stop(0, crowd->staying(0));
    crowd->kill_leaving();
    wait([&] { return crowd->alive() == 0; });
  }
};

template <class T>
T* type() {
  return nullptr;
}

}  // namespace

// Two threads cost more than one each as soon as one writes into the other's cache lines.
static_assert(alignof(native::Loop) % 64 == 0 && sizeof(native::Loop) % 64 == 0);

TEST_CASE("users start, work, wait without a stack, and stop in an orderly way") {
  Bench bench(type<Sleeper>(), 2);
  bench.crowd->spawn(0, 50);
  bench.wait([&] { return bench.requests("work") == 50; });
  CHECK(g_started == 50);
  bench.crowd->ask_to_stop(0, 20);
  bench.wait([&] { return bench.crowd->alive() == 30; });
  CHECK(g_stopped == 20);
  bench.stop_all();
  CHECK(g_stopped == 50);
  CHECK(bench.requests("bye") == 50);
  CHECK(bench.statistics.total().num_requests() == 100);
}

TEST_CASE("who is busy leaves after its task, or when it is killed, and gets its on_stop") {
  Bench bench(type<Busy>());
  bench.crowd->spawn(0, 3);
  bench.crowd->ask_to_stop(0, 2);
  bench.wait([&] { return true; });
  CHECK(bench.crowd->leaving() == 2);
  CHECK(bench.crowd->staying(0) == 1);
  bench.crowd->kill_leaving();
  bench.wait([&] { return bench.crowd->leaving() == 0; });
  CHECK(bench.crowd->staying(0) == 1);
  bench.stop_all();
}

TEST_CASE("exceptions of tasks are counted and told with their place; the user goes on") {
  Bench bench(type<Failing>());
  bench.crowd->spawn(0, 1);
  bench.wait([&] { return bench.crowd->alive() == 0; });
  REQUIRE(bench.last.errors.size() == 1);
  const native::ScenarioError& error = bench.last.errors.begin()->second;
  CHECK(error.count == 3);
  CHECK(error.message == "no luck");
  CHECK(error.place == "  Task fail of Failing\nstd::runtime_error: no luck\n");
}

TEST_CASE("a nested set is entered anew after each interrupt, and stopped before its user") {
  Bench bench(type<Nested>());
  bench.crowd->spawn(0, 1);
  bench.wait([&] { return bench.crowd->alive() == 0; });
  CHECK(bench.requests("inner") == 3);
  CHECK(g_inner_stopped == 3);
  CHECK(g_stopped == 1);
}

TEST_CASE("what is edited holds for the next task of those who live, and for the host of everybody") {
  Bench bench(type<Picky>(), 2);
  detail::UserDefinition& picky = *bench.scenario.users()[0];
  native::weigh(picky, {{"one", 2}});
  bench.crowd->class_edited("Picky", false);
  bench.crowd->spawn(0, 4);
  bench.wait([&] { return bench.requests("one") > 10; });
  CHECK(bench.requests("two") == 0);
  native::weigh(picky, {{"two", 1}});
  picky.host = "http://second";
  bench.crowd->class_edited("Picky", true);
  bench.wait([&] { return bench.requests("two") > 10 && bench.requests("http://second") > 10; });
  const std::int64_t ones = bench.requests("one");
  bench.wait([&, before = bench.requests("two")] { return bench.requests("two") > before + 10; });
  CHECK(bench.requests("one") == ones);
  CHECK(bench.requests("http://first") >= ones);
  bench.stop_all();
}

TEST_CASE("who never ends is given up with its thread, which is told as an error; another takes its place") {
  g_lets_go = false;
  Bench bench(type<Endless>());
  native::CrowdSettings settings;
  settings.patience = 20ms;
  bench.crowd = std::make_unique<native::Crowd>(bench.classes, bench.scenario.events(), settings);
  bench.crowd->spawn(0, 2);
  while (g_tasks == 0) std::this_thread::yield();
  bench.crowd->ask_to_stop(0, 2);
  const auto collect = [&] { bench.last = bench.crowd->collect(bench.statistics); };
  collect();
  CHECK(bench.crowd->leaving() == 2);
  bench.crowd->kill_leaving();
  while (bench.crowd->leaving() > 0) collect();
  REQUIRE(bench.last.errors.size() == 1);
  CHECK(bench.last.errors.begin()->second.message ==
        "Endless.spin did not give its thread back within 0 seconds when it was to end: 2 users are given up, and what "
        "they counted last is missing");
  CHECK(bench.crowd->has_given_up());
  g_lets_go = true;
  bench.crowd->spawn(0, 1);
  while (g_tasks < 3) std::this_thread::yield();
  bench.stop_all();
  static auto& kept = *new Scenario(std::move(bench.scenario));  // its thread may still be on its way out
  (void)kept;
}

TEST_CASE("users who never park leave the loop its turns") {
  Bench bench(type<Quick>());
  bench.crowd->spawn(0, 2);
  bench.wait([&] { return bench.requests("quick") > 1000; });
  bench.stop_all();
}
