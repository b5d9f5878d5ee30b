#pragma once

#include <cstdint>

#include "base/time.h"

namespace acrida::program {

// How much of a processor and of memory this process uses.
//
// Owner   the run. Thread: one. Fails: never; what the system does not tell is 0.
class Usage {
 public:
  static constexpr base::Duration kInterval = std::chrono::seconds(5);
  static constexpr double kTooHigh = 90;

  Usage() : measured_at_(base::now()), used_seconds_(used_seconds()) {}
  // Measures when it is time; true if it did.
  bool measure(base::Instant now);
  double cpu_percent() const { return cpu_percent_; }  // of one core: two busy threads use 200
  std::int64_t memory_bytes() const { return memory_bytes_; }

 private:
  static double used_seconds();
  base::Instant measured_at_;
  double used_seconds_;
  double cpu_percent_ = 0;
  std::int64_t memory_bytes_ = 0;
};

}  // namespace acrida::program
