#include "fiber/scheduler.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "fiber/event.h"

using namespace acrida;
using namespace std::chrono_literals;
using fiber::Fiber;
using fiber::Killed;
using fiber::Scheduler;

namespace {

// Jobs as lambdas, a log of what happened, and a clock that stands still.
struct Bench {
  Scheduler scheduler;
  base::Instant now{};
  reactor::TimerWheel timers{now};
  std::string log;

  explicit Bench(std::size_t most_fibers = 0) : scheduler(64 * 1024, most_fibers) {}

  Fiber* run(std::function<void()>& job) {
    return scheduler.start([](void* f) { (*static_cast<std::function<void()>*>(f))(); }, &job);
  }
  void pass(base::Duration time) {
    now += time;
    timers.advance(now);
    scheduler.run_ready();
  }
  void sleep(base::Duration time) { fiber::sleep_until(scheduler, timers, now + time); }
};

}  // namespace

TEST_CASE("a job runs until it parks, and goes on when somebody unparks it") {
  Bench bench;
  std::function<void()> job = [&] {
    bench.log += "a";
    bench.scheduler.park();
    bench.log += "c";
  };
  Fiber* const fiber = bench.run(job);
  bench.log += "b";
  CHECK(fiber->is_parked());
  bench.scheduler.unpark(*fiber);
  bench.scheduler.unpark(*fiber);
  bench.scheduler.run_ready();
  CHECK(bench.log == "abc");
  CHECK(bench.scheduler.running() == 0);
}

TEST_CASE("jobs take turns, and the stacks of those that ended carry the next ones") {
  Bench bench;
  std::vector<std::function<void()>> jobs;
  for (char c : {'x', 'y', 'z'})
    jobs.push_back([&bench, c] {
      bench.log += c;
      bench.sleep(1ms);
      bench.log += c;
    });
  for (auto& job : jobs) bench.run(job);
  CHECK(bench.scheduler.running() == 3);
  bench.pass(1ms);
  CHECK(bench.log.size() == 6);
  CHECK(bench.scheduler.idle_stacks() == 3);
  for (auto& job : jobs) bench.run(job);
  CHECK(bench.scheduler.idle_stacks() == 0);
  bench.pass(1ms);
  CHECK(bench.scheduler.idle_stacks() == 3);
}

TEST_CASE("sleepers wake in the order of their times") {
  Bench bench;
  std::vector<std::function<void()>> jobs;
  for (int ms : {30, 10, 20})
    jobs.push_back([&bench, ms] {
      bench.sleep(ms * 1ms);
      bench.log += std::to_string(ms) + " ";
    });
  for (auto& job : jobs) bench.run(job);
  bench.pass(9ms);
  CHECK(bench.log.empty());
  bench.pass(30ms);
  CHECK(bench.log == "10 20 30 ");
}

TEST_CASE("an event is waited for until its deadline, and the timer goes with the fiber") {
  Bench bench;
  fiber::Event* event = nullptr;
  std::function<void()> job = [&] {
    fiber::Event mine(bench.scheduler);
    event = &mine;
    bench.log += mine.wait_until(bench.timers, bench.now + 5ms) ? "set " : "late ";
  };
  bench.run(job);
  event->set();
  bench.scheduler.run_ready();
  CHECK_FALSE(bench.timers.next_expiry().has_value());
  bench.run(job);
  bench.pass(5ms);
  CHECK(bench.log == "set late ");
}

TEST_CASE("a killed job is unwound, past every catch of std::exception") {
  static_assert(!std::is_base_of_v<std::exception, Killed>);
  Bench bench;
  struct Trace {
    std::string& log;
    ~Trace() { log += "unwound "; }
  };
  std::function<void()> job = [&] {
    try {
      const Trace trace{bench.log};
      try {
        bench.sleep(1h);
      } catch (const std::exception&) {
        bench.log += "swallowed ";
      }
    } catch (const Killed&) {
      bench.log += "killed ";
    }
  };
  Fiber* const fiber = bench.run(job);
  bench.scheduler.kill(*fiber);
  bench.scheduler.run_ready();
  CHECK(bench.log == "unwound killed ");
  CHECK_FALSE(bench.timers.next_expiry().has_value());
  bench.log.clear();
  bench.run(job);  // the same stack: the next job is not killed
  CHECK(bench.scheduler.running() == 1);
  bench.scheduler.kill(*fiber);
  bench.scheduler.run_ready();
}

TEST_CASE("who swallows the kill is killed again at the next park") {
  Bench bench;
  std::function<void()> job = [&] {
    for (int i = 0; i < 3; ++i) {
      try {
        bench.sleep(1h);
      } catch (...) {
        bench.log += "k";
      }
    }
  };
  bench.scheduler.kill(*bench.run(job));
  bench.scheduler.run_ready();
  CHECK(bench.log == "kkk");
}

TEST_CASE("a job that parks in a catch block finds its own exception again") {
  Bench bench;
  std::vector<std::function<void()>> jobs;
  for (const char* text : {"first", "second", "third"})
    jobs.push_back([&bench, text] {
      try {
        throw std::runtime_error(text);
      } catch (...) {
        bench.sleep(1ms);
        try {
          throw;
        } catch (const std::runtime_error& error) {
          bench.log += std::string(error.what()) + (error.what() == std::string(text) ? " " : "! ");
        }
      }
    });
  for (auto& job : jobs) bench.run(job);
  bench.pass(1ms);
  CHECK(bench.log.size() == std::string("first second third ").size());
}

TEST_CASE("without a stack nothing starts, and there is one again when a job has ended") {
  Bench bench(1);
  std::function<void()> job = [&] { bench.sleep(1ms); };
  CHECK(bench.run(job) != nullptr);
  CHECK(bench.run(job) == nullptr);
  bench.pass(1ms);
  CHECK(bench.run(job) != nullptr);
  bench.pass(1ms);
}

TEST_CASE("whoever runs out of stack ends at the guard page, not in a neighbour's stack") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return;  // they handle the signal themselves
#endif
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    Bench bench;
    std::function<int(int)> deep = [&](int n) {
      volatile char room[1024];
      room[0] = static_cast<char>(n);
      return n > 0 ? deep(n - 1) + room[0] : 0;
    };
    std::function<void()> job = [&] { deep(1000); };
    bench.run(job);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
}

TEST_CASE("ten thousand jobs sleep at once") {
  Bench bench;
  int awake = 0;
  std::function<void()> job = [&] {
    bench.sleep(1ms);
    ++awake;
  };
  int started = 0;
#ifdef __SANITIZE_THREAD__
  constexpr int kJobs = 1'000;
#else
  constexpr int kJobs = 10'000;
#endif
  for (int i = 0; i < kJobs; ++i) started += bench.run(job) != nullptr;
  CHECK(started == kJobs);
  bench.pass(1ms);
  CHECK(awake == kJobs);
  CHECK(bench.scheduler.idle_stacks() <= 512);
}
