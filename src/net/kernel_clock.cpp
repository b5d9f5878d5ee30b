#include "net/kernel_clock.h"

#include <chrono>

namespace acrida::net {

namespace {

using namespace std::chrono_literals;

constexpr base::Duration kMeasureEvery = 100ms;
// Two clocks cannot be read at one instant: a stamp may seem this much too early or too late.
constexpr base::Duration kSlack = 50us;

base::Duration read_clock(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace

KernelClock::KernelClock(Measure measure) : measure_(measure), distance_(measure()) {}

base::Duration KernelClock::measure_distance() {
  base::Duration best{}, narrowest = base::Duration::max();
  for (int i = 0; i < 3; ++i) {  // the reading with the least time around it: nobody interrupted us
    const base::Duration before = read_clock(CLOCK_MONOTONIC);
    const base::Duration wall = read_clock(CLOCK_REALTIME);
    const base::Duration after = read_clock(CLOCK_MONOTONIC);
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    best = wall - (before + narrowest / 2);
  }
  return best;
}

void KernelClock::measure_again(base::Instant now) {
  distance_ = measure_();
  measured_at_ = now;
}

bool KernelClock::clamp_into(base::Instant& at, base::Instant sent_at, base::Instant read_at) {
  if (at < sent_at - kSlack || at > read_at + kSlack) return false;
  if (at > read_at) at = read_at;
  if (at < sent_at) at = sent_at;
  return true;
}

Arrival KernelClock::arrival(const timespec* stamp, base::Instant sent_at, base::Instant read_at) {
  if (read_at - measured_at_ >= kMeasureEvery) measure_again(read_at);
  if (!stamp) return {read_at, true, {}};
  const base::Duration wall = std::chrono::seconds(stamp->tv_sec) + std::chrono::nanoseconds(stamp->tv_nsec);
  base::Instant at(wall - distance_);
  if (clamp_into(at, sent_at, read_at)) return {at, false, read_at - at};
  measure_again(read_at);  // the wall clock was set
  at = base::Instant(wall - distance_);
  if (clamp_into(at, sent_at, read_at)) return {at, false, read_at - at};
  return {read_at, true, {}};
}

}  // namespace acrida::net
