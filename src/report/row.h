#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stats/entry.h"
#include "stats/error_table.h"

namespace acrida::report {

// One entry as the tables show it: a copy, taken at one moment.
struct Row {
  std::string method, name;
  std::int64_t num_requests = 0, num_failures = 0, timed_requests = 0;
  double fail_ratio = 0, average_ms = 0;
  stats::Number min_ms, max_ms, median_ms;
  stats::Number average_length;
  double total_rps = 0, total_failures_per_second = 0;
  double current_rps = 0, current_failures_per_second = 0;
  stats::BucketCounts buckets;

  double percentile(double p) const { return stats::percentile(buckets, timed_requests, p); }
};

// `run`: the period of the total, which the rates of all entries refer to.
Row make_row(const stats::Entry& entry, const stats::Period& run);

// The median by the percentile rule, but never outside of what really occurred.
stats::Number median_ms(const stats::Counts& counts);

// Sorted by name, then method.
std::vector<Row> make_rows(const std::vector<std::shared_ptr<stats::Entry>>& entries, const stats::Period& run);

}  // namespace acrida::report
