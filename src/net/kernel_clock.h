#pragma once

#include <time.h>

#include <cstdint>

#include "base/time.h"

namespace acrida::net {

// When bytes arrived, as well as we know.
struct Arrival {
  base::Instant at;             // on the monotonic clock
  bool is_read_time = false;    // the kernel's stamp was absent or made no sense
  base::Duration own_delay{0};  // how long they lay there until we read them
};

// Turns the kernel's receive stamps (CLOCK_REALTIME) into instants of the monotonic clock. The distance of the two
// clocks changes when somebody sets the wall clock, so it is measured again every 100 ms and whenever a stamp falls
// out of [sent, read].
//
// Owner   one per loop.
// Thread  the loop's.
// Fails   never: a stamp that makes no sense is replaced by the read time.
class KernelClock {
 public:
  // Measures CLOCK_REALTIME minus CLOCK_MONOTONIC; replaced by tests.
  using Measure = base::Duration (*)();
  explicit KernelClock(Measure measure = measure_distance);

  // `stamp` may be null (the kernel gave none).
  Arrival arrival(const timespec* stamp, base::Instant sent_at, base::Instant read_at);
  // The same moment on the wall clock, for per-second series and rates.
  base::Duration since_epoch(base::Instant at) const { return at.time_since_epoch() + distance_; }

  static base::Duration measure_distance();

 private:
  static bool clamp_into(base::Instant& at, base::Instant sent_at, base::Instant read_at);
  void measure_again(base::Instant now);

  Measure measure_;
  base::Duration distance_{};
  base::Instant measured_at_{};
};

}  // namespace acrida::net
