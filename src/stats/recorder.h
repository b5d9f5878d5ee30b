#pragma once

#include <cstdint>

#include "base/time.h"

namespace acrida::stats {

// Where one thread counts the samples of one (method, name): the data thread's half of a statistics entry.
// One writer, any number of readers at any moment (relaxed atomics; readers add the halves).
class Recorder {
 public:
  virtual ~Recorder() = default;

  // Counts one successful sample here and in the run's total. `epoch_second` is the wall-clock second of its end.
  virtual void record(base::Duration response_time, std::int64_t body_bytes, std::int64_t epoch_second) noexcept = 0;
};

}  // namespace acrida::stats
