#include "web/entry_series.h"

#include <algorithm>

namespace acrida::web {

namespace {

// All names together have about so many points, 16 bytes each with two percentiles.
constexpr std::size_t kMostPoints = 300'000;

std::size_t points_for(std::size_t names) { return std::clamp<std::size_t>(kMostPoints / names, 60, 600); }

}  // namespace

void EntrySeries::note(const stats::Epoch::View& view, std::int64_t second, const std::vector<double>& percentiles) {
  if (percentiles != percentiles_) {
    clear();
    percentiles_ = percentiles;
  }
  const std::size_t names = view.entries.size();
  for (std::size_t i = 0; i < std::min(names, kPerTick); ++i) {
    if (next_ >= names) next_ = 0;
    note_one(*view.entries[next_++], second, names);
  }
}

void EntrySeries::note_one(const stats::Entry& entry, std::int64_t second, std::size_t names) {
  const std::int64_t requests = entry.num_requests();
  auto found = watched_.find(&entry);
  if (found == watched_.end()) {
    if (requests == 0) return;
    found = watched_.emplace(&entry, Watched{{percentiles_, points_for(names)}}).first;
  }
  Watched& watched = found->second;
  if (watched.requests == requests || !watched.series.wants(second)) return;
  watched.requests = requests;
  watched.series.note(second, entry.buckets());
}

const stats::PercentileSeries* EntrySeries::find(const stats::Entry& entry) const {
  const auto found = watched_.find(&entry);
  return found == watched_.end() ? nullptr : &found->second.series;
}

void EntrySeries::clear() {
  watched_.clear();
  next_ = 0;
}

}  // namespace acrida::web
