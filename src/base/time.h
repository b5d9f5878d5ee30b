#pragma once

#include <chrono>
#include <cstdint>

namespace acrida::base {

// A point on the process's monotonic clock (CLOCK_MONOTONIC) and a distance on it, both in nanoseconds.
// Rules take them as arguments; only shells (reactor, app, python) call now().
using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;

inline Instant now() { return std::chrono::steady_clock::now(); }

// Seconds since the Unix epoch as people's clocks show them; for log lines and per-second series only.
inline double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

constexpr double to_ms(Duration d) { return static_cast<double>(d.count()) / 1e6; }
constexpr double to_seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }
constexpr Duration from_seconds(double s) { return Duration(static_cast<std::int64_t>(s * 1e9)); }

}  // namespace acrida::base
