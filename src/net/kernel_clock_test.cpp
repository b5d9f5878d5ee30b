#include "net/kernel_clock.h"

#include <doctest/doctest.h>

using namespace acrida;
using namespace std::chrono_literals;

namespace {

base::Duration distance;  // wall clock minus monotonic clock, as the fake measurement finds it
int measurements;
base::Duration fake_distance() {
  ++measurements;
  return distance;
}

struct ClockBench {
  ClockBench() {
    distance = 1'000'000s;
    measurements = 0;
  }
  net::KernelClock clock = (distance = 1'000'000s, net::KernelClock(fake_distance));

  // A stamp that the kernel would make at the monotonic instant `at`.
  static timespec stamp(base::Duration at, base::Duration wall_distance = 1'000'000s) {
    const auto wall = (at + wall_distance).count();
    return {.tv_sec = wall / 1'000'000'000, .tv_nsec = wall % 1'000'000'000};
  }
  net::Arrival arrival(timespec s, base::Duration sent, base::Duration read) {
    return clock.arrival(&s, base::Instant(sent), base::Instant(read));
  }
};

}  // namespace

TEST_CASE("a stamp becomes the monotonic instant at which it was made") {
  ClockBench bench;
  const auto arrival = bench.arrival(bench.stamp(5s + 3ms), 5s, 5s + 10ms);
  CHECK(arrival.at == base::Instant(5s + 3ms));
  CHECK_FALSE(arrival.is_read_time);
}

TEST_CASE("a stamp slightly outside of what is possible is moved to the edge") {
  ClockBench bench;
  CHECK(bench.arrival(bench.stamp(5s - 10us), 5s, 5s + 1ms).at == base::Instant(5s));
  CHECK(bench.arrival(bench.stamp(5s + 1ms + 10us), 5s, 5s + 1ms).at == base::Instant(5s + 1ms));
}

TEST_CASE("without a stamp the read time is used and said") {
  ClockBench bench;
  const auto arrival = bench.clock.arrival(nullptr, base::Instant(5s), base::Instant(6s));
  CHECK(arrival.at == base::Instant(6s));
  CHECK(arrival.is_read_time);
}

TEST_CASE("a step of the wall clock is noticed at the first stamp after it") {
  ClockBench bench;
  (void)bench.arrival(bench.stamp(5s), 5s, 5s);
  distance += 1h;
  const auto arrival = bench.arrival(bench.stamp(5s + 2ms, 1'000'000s + 1h), 5s + 1ms, 5s + 3ms);
  CHECK(arrival.at == base::Instant(5s + 2ms));
  CHECK_FALSE(arrival.is_read_time);
}

TEST_CASE("a stamp from before a step that lies out of range is replaced by the read time") {
  ClockBench bench;
  distance += 1h;  // set between the arrival and the measurement
  const auto arrival = bench.arrival(bench.stamp(5s + 2ms), 5s + 1ms, 5s + 3ms);
  CHECK(arrival.at == base::Instant(5s + 3ms));
  CHECK(arrival.is_read_time);
}

TEST_CASE("the distance is measured again every 100 ms, not with every stamp") {
  ClockBench bench;
  (void)bench.arrival(bench.stamp(5s), 5s, 5s);
  const int before = measurements;
  for (int i = 0; i < 99; ++i) (void)bench.arrival(bench.stamp(5s + i * 1ms), 5s, 5s + i * 1ms);
  CHECK(measurements == before);
  (void)bench.arrival(bench.stamp(5s + 100ms), 5s, 5s + 100ms);
  CHECK(measurements == before + 1);
}

TEST_CASE("the measured distance of the real clocks is stable") {
  const auto difference = net::KernelClock::measure_distance() - net::KernelClock::measure_distance();
  CHECK(difference < 1s);
  CHECK(difference > -1s);
}
