#include "stats/python_shard.h"

#include <cmath>

#include "stats/data_shard.h"

namespace acrida::stats {
namespace {

std::uint64_t to_us(double ms) {
  const double us = std::nearbyint(ms * 1000);
  if (!(us > 0)) return 0;
  return us < 1.8e19 ? static_cast<std::uint64_t>(us) : UINT64_MAX;
}

}  // namespace

void PythonShard::widen(Number min, Number max) noexcept {
  if (!has_min.get() || min.value < min_ms.get().value) min_ms.set(min);
  has_min.set(true);
  if (max.value > max_ms.get().value) max_ms.set(max);
}

void PythonShard::record(std::optional<Number> time_ms, Number length, double now, const double* bucket) noexcept {
  num_requests.add(1);
  requests_per_second.add(static_cast<std::int64_t>(now));
  last_request_at.set(now);
  has_last.set(true);
  total_length.add(length);
  if (!time_ms) {
    num_none_requests.add(1);
    return;
  }
  total_ms.add(*time_ms);
  widen(*time_ms, *time_ms);
  histogram.count(to_us(time_ms->value));
  rounded.add(RoundedBuckets::place_of_bucket(bucket ? *bucket : rounded_ms(time_ms->value)), 1);
}

void PythonShard::record_failure(std::int64_t second) noexcept {
  num_failures.add(1);
  failures_per_second.add(second);
}

void PythonShard::absorb(const DataShard& shard) noexcept {
  if (shard.is_empty()) return;
  histogram.add(shard.histogram);
  rounded.add(shard.rounded);
  requests_per_second.add(shard.seconds);
  num_requests.add(shard.rounded.total());
  total_ms.add({shard.total_ms(), false});
  total_length.add({static_cast<double>(shard.total_bytes.get()), true});
  widen({shard.min_ms(), false}, {shard.max_ms(), false});
  if (!has_last.get() || shard.last_ended_at() > last_request_at.get()) last_request_at.set(shard.last_ended_at());
  has_last.set(true);
}

void PythonShard::absorb(const PythonShard& other) noexcept {
  histogram.add(other.histogram);
  rounded.add(other.rounded);
  requests_per_second.add(other.requests_per_second);
  failures_per_second.add(other.failures_per_second);
  num_requests.add(other.num_requests.get());
  num_none_requests.add(other.num_none_requests.get());
  num_failures.add(other.num_failures.get());
  total_ms.add(other.total_ms.get());
  total_length.add(other.total_length.get());
  if (other.has_min.get()) widen(other.min_ms.get(), other.max_ms.get());
  if (other.has_last.get() && (!has_last.get() || other.last_request_at.get() > last_request_at.get())) {
    last_request_at.set(other.last_request_at.get());
    has_last.set(true);
  }
}

void PythonShard::set_buckets(const BucketCounts& buckets) noexcept {
  histogram.clear();
  rounded.clear();
  for (const BucketCount& bucket : buckets) {
    rounded.add(RoundedBuckets::place_of_bucket(bucket.ms), bucket.count);
    if (bucket.count > 0)
      histogram.add_at(Histogram::index_of(to_us(bucket.ms)), static_cast<std::uint64_t>(bucket.count));
  }
}

void PythonShard::clear() noexcept {
  histogram.clear();
  rounded.clear();
  requests_per_second.clear();
  failures_per_second.clear();
  num_requests.set(0);
  num_none_requests.set(0);
  num_failures.set(0);
  total_ms.set({});
  total_length.set({});
  max_ms.set({});
  min_ms.set({});
  has_min.set(false);
  has_last.set(false);
}

}  // namespace acrida::stats
