#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "base/prefetch.h"
#include "stats/histogram.h"
#include "stats/rounded_buckets.h"

namespace acrida::cluster {

// Rounded response times that are not in the fine histogram yet. A report of the base dialect has some 60 for each row,
// far apart in there: with a thousand workers waiting for that memory would be most of a master's work. Here they are
// close together, and once a second all of them go over at once.
//
// Owner   a SwarmStats.  Thread  the master's.
class RoundedTimes {
 public:
  // False: not kept, it belongs into the histogram now.
  bool add(std::uint32_t place, std::uint32_t count) {
    std::uint32_t& mine = counts_[place];
    if (count > std::numeric_limits<std::uint32_t>::max() - mine) return false;
    mine += count;
    return true;
  }
  void expect(std::uint32_t place) const { base::prefetch<1>(&counts_[place]); }
  static std::size_t fine_index(std::uint32_t place) { return fine_indexes()[place]; }

  void move_into(stats::Histogram& histogram) {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (counts_[i]) histogram.add_at(fine_indexes()[i], counts_[i]);
    counts_.fill(0);
  }
  void clear() { counts_.fill(0); }

 private:
  using Places = stats::RoundedBuckets;

  // The fine index of each place.
  static const std::array<std::size_t, Places::kDense>& fine_indexes() {
    static const auto kIndexes = [] {
      std::array<std::size_t, Places::kDense> indexes{};
      for (std::int64_t ms = 0; ms <= 200'000; ++ms)  // those that are no rounded value have no place
        if (const auto place = Places::place_of_bucket(ms); place.index < indexes.size())
          indexes[place.index] = stats::Histogram::index_of(static_cast<std::uint64_t>(ms) * 1000);
      return indexes;
    }();
    return kIndexes;
  }

  std::array<std::uint32_t, Places::kDense> counts_{};
};

}  // namespace acrida::cluster
