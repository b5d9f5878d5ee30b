#include "stats/derived.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace acrida::stats {

double percentile(const BucketCounts& buckets, std::int64_t timed_requests, double p) {
  const auto slower = static_cast<std::int64_t>(static_cast<double>(timed_requests) * p);
  std::int64_t seen = 0;
  for (auto bucket = buckets.rbegin(); bucket != buckets.rend(); ++bucket) {
    seen += bucket->count;
    if (timed_requests - seen <= slower) return bucket->ms;
  }
  return 0;
}

BucketCounts difference(const BucketCounts& newer, const BucketCounts& older) {
  BucketCounts grown;
  auto old = older.begin();
  for (const BucketCount& bucket : newer) {
    while (old != older.end() && old->ms < bucket.ms) ++old;
    const std::int64_t before = old != older.end() && old->ms == bucket.ms ? old->count : 0;
    if (bucket.count > before) grown.push_back({bucket.ms, bucket.count - before});
  }
  return grown;
}

namespace {

// The smallest value that at least the fraction `p` of all samples does not exceed.
std::uint64_t value_at(const std::map<std::size_t, std::uint64_t>& counts, double p) {
  std::uint64_t total = 0, seen = 0;
  for (const auto& [index, n] : counts) total += n;
  const double wanted = std::max(1.0, std::ceil(p * static_cast<double>(total)));
  for (const auto& [index, n] : counts) {
    seen += n;
    if (static_cast<double>(seen) >= wanted) return Histogram::middle(index);
  }
  return 0;
}

}  // namespace

std::uint64_t percentile_us(const Histogram& histogram, double p) {
  std::map<std::size_t, std::uint64_t> counts;
  histogram.for_each([&](std::size_t index, std::uint64_t n) { counts.emplace_hint(counts.end(), index, n); });
  return value_at(counts, p);
}

std::uint64_t percentile_us(const Histogram& first, const Histogram& second, double p) {
  std::map<std::size_t, std::uint64_t> counts;
  for (const Histogram* each : {&first, &second})
    each->for_each([&](std::size_t index, std::uint64_t n) { counts[index] += n; });
  return value_at(counts, p);
}

double fail_ratio(std::int64_t failures, std::int64_t requests) {
  if (requests == 0) return failures > 0 ? 1.0 : 0.0;
  return static_cast<double>(failures) / static_cast<double>(requests);
}

double average(double sum, std::int64_t count) { return count == 0 ? 0.0 : sum / static_cast<double>(count); }

double total_rate(std::int64_t count, const Period& period) {
  if (!period.last_request_at || period.started_at == 0 || *period.last_request_at == period.started_at) return 0.0;
  return static_cast<double>(count) / (*period.last_request_at - period.started_at);
}

Window current_window(const Period& period) {
  if (!period.last_request_at) return {};
  const auto newest = static_cast<std::int64_t>(*period.last_request_at);
  return {std::max(newest - 12, static_cast<std::int64_t>(period.started_at)), newest - 3};
}

}  // namespace acrida::stats
