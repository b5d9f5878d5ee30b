#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/prefetch.h"
#include "cluster/report.h"

namespace acrida::cluster {

// Counts by second, for the seconds around the first one that came.
class PendingSeconds {
 public:
  bool has_room_for(std::span<const CountAt> counts) const {
    const std::int64_t first = first_for(counts);
    for (const CountAt& each : counts)
      if (each.at < first || each.at - first >= kSeconds) return false;
    return true;
  }
  void add(std::span<const CountAt> counts) {
    first_ = first_for(counts);
    for (const CountAt& each : counts) counts_[static_cast<std::size_t>(each.at - first_)] += each.count;
  }
  void move_into(std::vector<CountAt>& counts) {
    if (first_ != kNone)
      for (std::int64_t i = 0; i < kSeconds; ++i)
        if (const std::int64_t n = counts_[static_cast<std::size_t>(i)]) counts.push_back({first_ + i, n});
    *this = {};
  }

 private:
  static constexpr std::int64_t kSeconds = 16, kNone = INT64_MIN;  // workers' clocks differ by some
  std::int64_t first_for(std::span<const CountAt> counts) const {
    return first_ == kNone && !counts.empty() ? counts[0].at - kSeconds / 2 : first_;
  }
  std::int64_t first_ = kNone;
  std::array<std::int64_t, kSeconds> counts_{};
};

// What many workers reported of one row within a second, added up, before it goes into the row's entry. An entry is
// made for being read at any moment and is spread over so much memory that a master with a thousand workers would wait
// for it most of its time; this is a fifth of that.
//
// Owner   a SwarmStats.  Thread  the master's.
class PendingRow {
 public:
  // Calls spill(place, count) for what there is no room for. False, and nothing has changed: the row has what cannot
  // wait here.
  template <class Spill>
  bool add(const Report& tables, const EntryReport& row, Spill&& spill) {
    const auto requests = row.per_second.of(tables.counts), failures = row.failures_per_second.of(tables.counts);
    if (!row.fine.is_empty() || !row.odd_buckets.is_empty()) return false;
    if (!requests_.has_room_for(requests) || !failures_.has_room_for(failures)) return false;
    add_sums(row);
    requests_.add(requests);
    if (!failures.empty()) failures_.add(failures);
    for (const auto [place, count] : row.buckets.of(tables.buckets)) {
      const std::uint32_t sum = counts_[place] + std::uint32_t{count};
      counts_[place] = static_cast<std::uint16_t>(sum);
      if (sum > 0xffff) spill(place, sum & 0x1'0000);
    }
    return true;
  }
  // What add() will touch.
  void expect_sums() const { base::prefetch<offsetof(PendingRow, counts_)>(this); }
  void expect(std::uint16_t place) const { base::prefetch<1>(&counts_[place]); }

  // The sum as a row of a report, whose tables these are; nothing is left here.
  EntryReport take(Report& tables);
  void clear() { *this = {}; }

 private:
  void add_sums(const EntryReport& row);

  std::int64_t num_requests_ = 0, num_none_requests_ = 0, num_failures_ = 0;
  stats::Number total_ms_, total_length_, max_ms_, min_ms_;
  bool has_min_ = false, has_last_ = false;
  double last_request_at_ = 0, start_time_ = 0;
  PendingSeconds requests_, failures_;
  std::array<std::uint16_t, stats::RoundedBuckets::kDense> counts_{};
};

}  // namespace acrida::cluster
