#include "reactor/timer_wheel.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

using namespace acrida;
using namespace std::chrono_literals;

namespace {

// A wheel on a clock that the test moves, and a log of who fired.
struct WheelBench {
  base::Instant start = base::Instant(1h);
  base::Instant now = start;
  reactor::TimerWheel wheel{start};
  std::vector<int> fired;

  struct Entry {
    WheelBench* bench;
    int name;
    reactor::Timer timer{[](void* self) { static_cast<Entry*>(self)->fire(); }, this};
    void fire() { bench->fired.push_back(name); }
  };
  std::map<int, std::unique_ptr<Entry>> entries;

  reactor::Timer& timer(int name) {
    auto& entry = entries[name];
    if (!entry) entry.reset(new Entry{this, name});
    return entry->timer;
  }
  void arm(int name, base::Duration in) { wheel.arm(timer(name), now + in); }
  void pass(base::Duration d) { wheel.advance(now += d); }
};

}  // namespace

TEST_CASE("timers fire in order of their ticks, never early") {
  WheelBench bench;
  bench.arm(1, 5ms);
  bench.arm(2, 3ms);
  bench.arm(3, 100ms);
  bench.arm(4, 3h);
  bench.pass(2ms);
  CHECK(bench.fired.empty());
  bench.pass(3ms);
  CHECK(bench.fired == std::vector<int>{2, 1});
  bench.pass(94ms);
  CHECK(bench.fired.size() == 2);
  bench.pass(1ms);
  CHECK(bench.fired == std::vector<int>{2, 1, 3});
  bench.pass(3h - 101ms);
  CHECK(bench.fired.size() == 3);
  bench.pass(1ms);
  CHECK(bench.fired.back() == 4);
}

TEST_CASE("a fraction of a millisecond is rounded up") {
  WheelBench bench;
  bench.arm(1, 1500us);
  bench.pass(1900us);
  CHECK(bench.fired.empty());
  bench.pass(100us);
  CHECK(bench.fired == std::vector<int>{1});
}

TEST_CASE("a cancelled timer does not fire and may be armed again") {
  WheelBench bench;
  bench.arm(1, 5ms);
  bench.wheel.cancel(bench.timer(1));
  CHECK_FALSE(bench.timer(1).is_armed());
  CHECK_FALSE(bench.wheel.next_expiry());
  bench.pass(10ms);
  CHECK(bench.fired.empty());
  bench.arm(1, 5ms);
  bench.pass(5ms);
  CHECK(bench.fired == std::vector<int>{1});
}

TEST_CASE("arming an armed timer moves it") {
  WheelBench bench;
  bench.arm(1, 5ms);
  bench.arm(1, 5000ms);
  bench.pass(4999ms);
  CHECK(bench.fired.empty());
  bench.pass(1ms);
  CHECK(bench.fired.size() == 1);
}

TEST_CASE("a callback may re-arm itself for the past without spinning") {
  base::Instant now(1h);
  struct Again {
    reactor::TimerWheel wheel{base::Instant(1h)};
    int count = 0;
    reactor::Timer timer{[](void* p) {
                           auto* self = static_cast<Again*>(p);
                           ++self->count;
                           self->wheel.arm(self->timer, base::Instant(1h));
                         },
                         this};
  } again;
  again.wheel.arm(again.timer, now + 1ms);
  again.wheel.advance(now + 10ms);
  CHECK(again.count == 10);
}

TEST_CASE("the next expiry is never later than the first timer") {
  WheelBench bench;
  bench.arm(1, 70ms);
  REQUIRE(bench.wheel.next_expiry());
  CHECK(*bench.wheel.next_expiry() <= bench.now + 70ms);
  CHECK(bench.wheel.expiry(bench.timer(1)) == bench.now + 70ms);
}

TEST_CASE("random arming, cancelling and jumping agrees with a sorted list") {
  std::mt19937 random(7);
  WheelBench bench;
  std::map<int, base::Instant> expected;
  for (int step = 0; step < 20000; ++step) {
    const int name = static_cast<int>(random() % 500);
    switch (random() % 4) {
      case 0:
      case 1: {
        const auto in = std::chrono::milliseconds(1 + (random() % 3 == 0 ? random() % 9'000'000 : random() % 200));
        bench.arm(name, in);
        expected[name] = bench.now + in;
        break;
      }
      case 2:
        bench.wheel.cancel(bench.timer(name));
        expected.erase(name);
        break;
      default: {
        bench.fired.clear();
        bench.pass(std::chrono::milliseconds(random() % 50 == 0 ? random() % 5'000'000 : random() % 20));
        for (const int one : bench.fired) {
          REQUIRE(expected.count(one) == 1);
          REQUIRE(expected[one] <= bench.now);
          expected.erase(one);
        }
        for (const auto& [other, when] : expected) REQUIRE(when > bench.now);
      }
    }
  }
}
