#include "report/row.h"

#include <algorithm>
#include <tuple>

namespace acrida::report {

stats::Number median_ms(const stats::Counts& counts) {
  const stats::Number median{stats::percentile(counts.buckets, counts.timed_requests(), 0.5), true};
  if (counts.buckets.empty()) return median;
  if (median.value > counts.max_ms.value) return counts.max_ms;
  if (counts.min_ms && median.value < counts.min_ms->value) return *counts.min_ms;
  return median;
}

Row make_row(const stats::Entry& entry, const stats::Period& run) {
  stats::Counts counts = entry.read();
  Row row;
  row.method = entry.method();
  row.name = entry.name();
  row.num_requests = counts.num_requests;
  row.num_failures = counts.num_failures;
  row.timed_requests = counts.timed_requests();
  row.fail_ratio = stats::fail_ratio(counts.num_failures, counts.num_requests);
  row.average_ms = stats::average(counts.total_ms.value, counts.timed_requests());
  row.min_ms = counts.min_ms.value_or(stats::Number{});
  row.max_ms = counts.max_ms;
  row.median_ms = median_ms(counts);
  if (counts.num_requests > 0)
    row.average_length = {stats::average(counts.total_length.value, counts.num_requests), false};
  row.total_rps = stats::total_rate(counts.num_requests, run);
  row.total_failures_per_second = stats::total_rate(counts.num_failures, run);
  const stats::Window window = stats::current_window(run);
  row.current_rps = entry.current_rate(window);
  row.current_failures_per_second = entry.current_failure_rate(window);
  row.buckets = std::move(counts.buckets);
  return row;
}

std::vector<Row> make_rows(const std::vector<std::shared_ptr<stats::Entry>>& entries, const stats::Period& run) {
  std::vector<Row> rows;
  for (const auto& entry : entries) rows.push_back(make_row(*entry, run));
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return std::tie(a.name, a.method) < std::tie(b.name, b.method); });
  return rows;
}

}  // namespace acrida::report
