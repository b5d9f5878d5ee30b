#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/prefetch.h"
#include "base/time.h"
#include "stats/cell.h"

namespace acrida::stats {

// So many samples whose rounded response time is `ms`.
struct BucketCount {
  double ms = 0;  // whole, unless somebody's own bucket function says otherwise
  std::int64_t count = 0;
  bool operator==(const BucketCount&) const = default;
};
using BucketCounts = std::vector<BucketCount>;  // ascending by ms, no zero counts

// Locust's rounding, half to even: whole ms below 100, tens below 1,000, hundreds below 10,000, thousands above.
// `ms` must be finite.
double rounded_ms(double ms);

// Counts by rounded response time. They stand beside the histogram since they cannot be derived from it exactly, and
// every compatible view (percentiles, CSV, reports between nodes) is made of them.
//
// Owner   a shard.
// Thread  one writer; readers at any moment.
// Fails   never (without memory the process ends).
class RoundedBuckets {
 public:
  // One counter for each rounded value up to 114 s; anything else goes into a list that grows.
  static constexpr std::size_t kDense = 384;

  RoundedBuckets() = default;
  ~RoundedBuckets();
  RoundedBuckets(const RoundedBuckets&) = delete;
  RoundedBuckets& operator=(const RoundedBuckets&) = delete;

  // A place, found once and used for several of these.
  struct Place {
    std::size_t index;  // kDense or more: look for `ms` in the list
    double ms;
  };
  static Place place_of(base::Duration time) noexcept {
    const std::size_t index = index_of(time);
    return {index, index < kDense ? 0 : ms_of(index)};
  }
  static Place place_of_bucket(double ms) noexcept;
  // The same for a whole number of milliseconds; reports between nodes are full of them.
  static Place place_of_bucket(std::int64_t ms) noexcept {
    const auto at = static_cast<std::size_t>(ms);
    if (ms < 0) return {kDense, static_cast<double>(ms)};
    if (ms < 100) return {at, 0};
    if (ms < 1000 && ms % 10 == 0) return {kTens - 10 + at / 10, 0};
    if (ms < 1000) return {kDense, static_cast<double>(ms)};
    if (ms < 10'000 && ms % 100 == 0) return {kHundreds - 10 + at / 100, 0};
    const std::size_t thousands = kThousands - 10 + at / 1000;
    if (ms >= 10'000 && ms % 1000 == 0 && thousands < kDense) return {thousands, 0};
    return {kDense, static_cast<double>(ms)};
  }

  // Of an index below kDense.
  static double ms_of(std::size_t index) noexcept;
  void add_dense(std::size_t index, std::int64_t n) noexcept { dense_[index].add(n); }

  void add(Place place, std::int64_t n) noexcept {
    if (place.index < kDense)
      dense_[place.index].add(n);
    else
      add_rare(place.ms, n);
  }
  void expect(Place place) const noexcept {
    if (place.index < kDense) base::prefetch<1>(&dense_[place.index]);
  }
  void add(const RoundedBuckets& other) noexcept;
  void clear() noexcept;  // the writer's call

  std::int64_t total() const noexcept;
  // Adds all counts to `sum`, which stays sorted.
  void add_to(BucketCounts& sum) const;

 private:
  // From 100 ms up each decade has 90 values: 100, 110 … 990, 1000, 1100 … A time that rounds up to the next decade
  // gets that decade's first index by the same formula.
  static constexpr std::size_t kTens = 100, kHundreds = kTens + 90, kThousands = kHundreds + 90;
  // On the hot path, hence in the header and without a branch that a random time could mislead.
  template <std::uint64_t kUnit>
  static constexpr std::size_t rounded(std::uint64_t ns) noexcept {
    const std::uint64_t up = ns + kUnit / 2, quotient = up / kUnit;
    return quotient - (quotient * kUnit == up ? quotient & 1 : 0);  // a tie goes to the even one
  }
  static std::size_t index_of(base::Duration time) noexcept {
    constexpr std::uint64_t kMs = 1'000'000;
    const auto ns = static_cast<std::uint64_t>(time.count() > 0 ? time.count() : 0);
    if (ns < 100 * kMs) return rounded<kMs>(ns);
    if (ns < 1000 * kMs) return kTens - 10 + rounded<10 * kMs>(ns);
    if (ns < 10'000 * kMs) return kHundreds - 10 + rounded<100 * kMs>(ns);
    return kThousands - 10 + rounded<1000 * kMs>(ns);
  }

  struct Rare {
    const double ms;
    Cell<std::int64_t> count;
    Rare* const next;
  };
  void add_rare(double ms, std::int64_t n) noexcept;

  std::array<Cell<std::int64_t>, kDense> dense_{};
  std::atomic<Rare*> rare_{nullptr};
};

}  // namespace acrida::stats
