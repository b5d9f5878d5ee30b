// How the two shards of an entry are read as one; any thread, at any moment.
#include <algorithm>

#include "stats/entry.h"

namespace acrida::stats {

const DataShard* Entry::data() const noexcept {
  const DataHalf* half = data_.load(std::memory_order_acquire);
  return half ? &half->shard() : nullptr;
}

Counts Entry::read() const {
  Counts counts;
  const DataShard* data_shard = data();
  if (data_shard) data_shard->rounded.add_to(counts.buckets);
  std::int64_t counted_by_data = 0;
  for (const BucketCount& bucket : counts.buckets) counted_by_data += bucket.count;
  python_.rounded.add_to(counts.buckets);
  counts.num_requests = python_.num_requests.get() + counted_by_data;
  counts.num_none_requests = num_none_requests();
  counts.num_failures = num_failures();
  counts.total_ms = total_ms();
  counts.max_ms = max_ms();
  counts.min_ms = min_ms();
  counts.total_length = total_length();
  counts.start_time = start_time();
  counts.last_request_at = last_request_at();
  return counts;
}

BucketCounts Entry::buckets() const {
  BucketCounts sum;
  if (const DataShard* shard = data()) shard->rounded.add_to(sum);
  python_.rounded.add_to(sum);
  return sum;
}

std::int64_t Entry::num_requests() const {
  const DataShard* shard = data();
  return python_.num_requests.get() + (shard ? shard->rounded.total() : 0);
}

Number Entry::total_ms() const {
  Number total = python_.total_ms.get();
  const DataShard* shard = data();
  if (shard && !shard->is_empty()) total = {total.value + shard->total_ms(), false};
  return total;
}

Number Entry::max_ms() const {
  const Number mine = python_.max_ms.get();
  const DataShard* shard = data();
  return shard && !shard->is_empty() && shard->max_ms() > mine.value ? Number{shard->max_ms(), false} : mine;
}

std::optional<Number> Entry::min_ms() const {
  std::optional<Number> lowest;
  if (python_.has_min.get()) lowest = python_.min_ms.get();
  const DataShard* shard = data();
  if (shard && !shard->is_empty() && (!lowest || shard->min_ms() < lowest->value)) lowest = {shard->min_ms(), false};
  return lowest;
}

Number Entry::total_length() const {
  Number total = python_.total_length.get();
  if (const DataShard* shard = data()) total.value += static_cast<double>(shard->total_bytes.get());
  return total;
}

std::optional<double> Entry::last_request_at() const {
  std::optional<double> last;
  if (python_.has_last.get()) last = python_.last_request_at.get();
  const DataShard* shard = data();
  if (shard && !shard->is_empty()) last = std::max(last.value_or(0), shard->last_ended_at());
  return last;
}

double Entry::current_rate(Window window) const {
  std::int64_t sum = python_.requests_per_second.sum(window.first, window.last);
  if (const DataShard* shard = data()) sum += shard->seconds.sum(window.first, window.last);
  return average(static_cast<double>(sum), window.seconds());
}

double Entry::current_failure_rate(Window window) const {
  return average(static_cast<double>(python_.failures_per_second.sum(window.first, window.last)), window.seconds());
}

std::vector<SecondCount> Entry::requests_per_second() const {
  std::vector<SecondCount> sum;
  python_.requests_per_second.add_to(sum);
  if (const DataShard* shard = data()) shard->seconds.add_to(sum);
  return sum;
}

std::vector<SecondCount> Entry::failures_per_second() const {
  std::vector<SecondCount> sum;
  python_.failures_per_second.add_to(sum);
  return sum;
}

std::uint64_t Entry::percentile_us(double p) const {
  const DataShard* shard = data();
  return shard ? stats::percentile_us(shard->histogram, python_.histogram, p)
               : stats::percentile_us(python_.histogram, p);
}

Histogram& Entry::fine_into(Histogram& sum) const {
  sum.add(python_.histogram);
  if (const DataShard* shard = data()) sum.add(shard->histogram);
  return sum;
}

}  // namespace acrida::stats
