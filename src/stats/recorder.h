#pragma once

#include <cstdint>

#include "base/time.h"

namespace acrida::stats {

// Where one thread counts the samples of one (method, name): the data thread's half of a statistics entry.
// One writer, any number of readers at any moment (relaxed atomics; readers add the halves).
class Recorder {
 public:
  virtual ~Recorder() = default;

  // Counts one successful sample here and in the run's total. `ended_since_epoch` is the wall-clock time of its end:
  // rates over a run need more than whole seconds.
  virtual void record(base::Duration response_time, std::int64_t body_bytes,
                      base::Duration ended_since_epoch) noexcept = 0;

  // A sample of that time will be recorded soon, and then: next. Fetches what it will write, and after that what the
  // first step has found a pointer to (base/prefetch.h).
  enum class Nearness { Soon, Next };
  virtual void expect(base::Duration, Nearness) const noexcept {}
};

}  // namespace acrida::stats
