#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "stats/rounded_buckets.h"

namespace acrida::stats {

// Percentiles of an entry over time, for a chart. A point tells of the requests since the point before it; it is never
// an average of other points' percentiles.
//
// There are at most `most` points: when they are full, of each two neighbours the slower one stays, so that a bad
// moment is not hidden, and from then on points are made half as often.
//
// Owner   whoever watches the entry.
// Thread  one at a time.
// Fails   never.
class PercentileSeries {
 public:
  struct Point {
    std::int64_t second = 0;
    std::vector<double> ms;  // in the order of the percentiles
  };

  PercentileSeries(std::vector<double> percentiles, std::size_t most);

  const std::vector<double>& percentiles() const { return percentiles_; }
  // Would a note at `second` be looked at?
  bool wants(std::int64_t second) const { return second >= next_; }
  // All that has been counted until the end of `second`.
  void note(std::int64_t second, BucketCounts counted);

  std::vector<Point> points() const;
  std::size_t size() const { return seconds_.size(); }
  // Seconds from one point to the next, at least.
  std::int64_t step() const { return step_; }

 private:
  double slowest(std::size_t point) const { return values_[(point + 1) * percentiles_.size() - 1]; }
  void thin();

  std::vector<double> percentiles_;  // ascending
  std::size_t most_;
  std::int64_t step_ = 1, next_ = INT64_MIN;
  BucketCounts counted_;
  std::vector<std::int64_t> seconds_;
  std::vector<float> values_;  // of each point as many as there are percentiles
};

}  // namespace acrida::stats
