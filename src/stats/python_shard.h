#pragma once

#include <cstdint>
#include <optional>

#include "stats/cell.h"
#include "stats/histogram.h"
#include "stats/rounded_buckets.h"
#include "stats/seconds_series.h"

namespace acrida::stats {

class DataShard;

// A number that Python people gave: 12 is not 12.0 in what they read back.
struct Number {
  double value = 0;
  bool is_int = true;
  bool operator==(const Number&) const = default;
};

class NumberCell {
 public:
  NumberCell(Number initial = {}) noexcept : value_(initial.value), is_int_(initial.is_int) {}
  Number get() const noexcept { return {value_.get(), is_int_.get()}; }
  void set(Number number) noexcept {
    value_.set(number.value);
    is_int_.set(number.is_int);
  }
  void add(Number number) noexcept { set({value_.get() + number.value, is_int_.get() && number.is_int}); }

 private:
  Cell<double> value_;
  Cell<bool> is_int_;
};

// What was counted under the GIL for one entry, failures included, plus everything that a node reported or a person
// wrote into the entry, plus what was folded in from the data thread's shard.
//
// Owner   an Entry.
// Thread  writers hold the GIL; readers at any moment.
// Fails   never (without memory the process ends).
class PythonShard {
 public:
  // `bucket`: what the bucket function made of `time_ms`, or null for Locust's rounding. `now`: epoch seconds.
  void record(std::optional<Number> time_ms, Number length, double now, const double* bucket) noexcept;
  void record_failure(std::int64_t second) noexcept;
  void absorb(const DataShard& shard) noexcept;
  void absorb(const PythonShard& other) noexcept;
  void clear() noexcept;
  // Other response times in the place of all there were; the histogram gets the rounded ones.
  void set_buckets(const BucketCounts& buckets) noexcept;

  Histogram histogram;
  RoundedBuckets rounded;
  SecondsSeries requests_per_second, failures_per_second;
  Cell<std::int64_t> num_requests, num_none_requests, num_failures;
  NumberCell total_ms, total_length, max_ms, min_ms;
  Cell<bool> has_min, has_last;
  Cell<double> last_request_at;  // epoch seconds

 private:
  void widen(Number min, Number max) noexcept;
};

}  // namespace acrida::stats
