#pragma once

#include <atomic>
#include <cstdint>

#include "base/prefetch.h"
#include "base/time.h"
#include "stats/cell.h"
#include "stats/histogram.h"
#include "stats/rounded_buckets.h"
#include "stats/seconds_series.h"

namespace acrida::stats {

// What the data thread counted for one entry since the last fold (see entry.h): successes only, times in nanoseconds.
// The number of requests is the sum of the rounded buckets, so the two always agree.
//
// Owner   a DataHalf.
// Thread  record() on the data thread, reads on any, clear() once the data thread writes elsewhere.
// Fails   never (without memory the process ends).
class DataShard {
 public:
  // One sample with all that is computed once for the entry and once more for the total.
  struct Sample {
    Sample(base::Duration response_time, std::int64_t body_bytes, base::Duration ended_since_epoch);
    std::size_t fine;
    RoundedBuckets::Place rounded;
    std::int64_t time_ns;
    std::int64_t bytes;
    std::int64_t ended_ns;
    std::int64_t second;
  };
  void record(const Sample& sample) noexcept;
  void expect(const Sample& sample) const noexcept;        // see Recorder::expect()
  void expect_pages(const Sample& sample) const noexcept;  // of these, what lies on pages of its own
  void clear() noexcept;

  bool is_empty() const noexcept { return last_ended_ns.get() == 0; }
  double min_ms() const noexcept { return static_cast<double>(min_ns.get()) / 1e6; }
  double max_ms() const noexcept { return static_cast<double>(max_ns.get()) / 1e6; }
  double total_ms() const noexcept { return static_cast<double>(total_ns.get()) / 1e6; }
  double last_ended_at() const noexcept { return static_cast<double>(last_ended_ns.get()) / 1e9; }

  Histogram histogram;
  RoundedBuckets rounded;
  SecondsSeries seconds;
  Cell<std::int64_t> total_ns, total_bytes;
  Cell<std::int64_t> min_ns{INT64_MAX}, max_ns;
  Cell<std::int64_t> last_ended_ns;  // since the Unix epoch; 0: no sample yet

  // Where the same samples are counted for the whole run; null in the total's own shard.
  std::atomic<DataShard*> total{nullptr};
};

inline DataShard::Sample::Sample(base::Duration response_time, std::int64_t body_bytes,
                                 base::Duration ended_since_epoch)
    : fine(Histogram::index_of(static_cast<std::uint64_t>(response_time.count() > 0 ? response_time.count() : 0) /
                               1000)),
      rounded(RoundedBuckets::place_of(response_time)),
      time_ns(response_time.count()),
      bytes(body_bytes),
      ended_ns(ended_since_epoch.count()),
      second(ended_since_epoch.count() / 1'000'000'000) {}

inline void DataShard::record(const Sample& sample) noexcept {
  histogram.add_at(sample.fine, 1);
  total_ns.add(sample.time_ns);
  total_bytes.add(sample.bytes);
  if (sample.time_ns < min_ns.get()) min_ns.set(sample.time_ns);
  if (sample.time_ns > max_ns.get()) max_ns.set(sample.time_ns);
  if (sample.ended_ns > last_ended_ns.get()) last_ended_ns.set(sample.ended_ns);
  seconds.add(sample.second);
  rounded.add(sample.rounded, 1);
}

inline void DataShard::expect(const Sample& sample) const noexcept {
  histogram.expect(sample.fine);
  rounded.expect(sample.rounded);
  base::prefetch<64>(&total_ns);
  base::prefetch<64>(&seconds);
}

inline void DataShard::expect_pages(const Sample& sample) const noexcept {
  histogram.expect_page(sample.fine);
  seconds.expect_page();
}

inline void DataShard::clear() noexcept {
  histogram.clear();
  rounded.clear();
  seconds.clear();
  total_ns.set(0);
  total_bytes.set(0);
  min_ns.set(INT64_MAX);
  max_ns.set(0);
  last_ended_ns.set(0);
}

}  // namespace acrida::stats
