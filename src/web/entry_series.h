#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "stats/epoch.h"
#include "stats/percentile_series.h"

namespace acrida::web {

// The response times over time of every request name, so that any of them can be looked at later.
//
// Of a test with very many names only kPerTick are visited a second, one after the other, and each has fewer points:
// neither time nor memory grows with the length of the test.
//
// Owner   LiveStats.
// Thread  the owner's lock.
// Fails   never.
class EntrySeries {
 public:
  static constexpr std::size_t kPerTick = 500;

  // Once a second, just after `second` ended.
  void note(const stats::Epoch::View& view, std::int64_t second, const std::vector<double>& percentiles);
  // Null: nothing was counted there.
  const stats::PercentileSeries* find(const stats::Entry& entry) const;
  // A new test or a reset.
  void clear();

 private:
  struct Watched {
    stats::PercentileSeries series;
    std::int64_t requests = 0;
  };
  void note_one(const stats::Entry& entry, std::int64_t second, std::size_t names);

  std::vector<double> percentiles_;
  std::size_t next_ = 0;
  std::unordered_map<const stats::Entry*, Watched> watched_;  // of one test; the entries live as long
};

}  // namespace acrida::web
