#include "stats/percentile_series.h"

#include <algorithm>
#include <utility>

#include "stats/derived.h"

namespace acrida::stats {

PercentileSeries::PercentileSeries(std::vector<double> percentiles, std::size_t most)
    : percentiles_(std::move(percentiles)), most_(std::max<std::size_t>(most, 2)) {
  std::sort(percentiles_.begin(), percentiles_.end());
}

void PercentileSeries::note(std::int64_t second, BucketCounts counted) {
  if (!wants(second)) return;
  const BucketCounts grown = difference(counted, counted_);
  counted_ = std::move(counted);
  if (grown.empty() || percentiles_.empty()) return;
  std::int64_t timed = 0;
  for (const BucketCount& bucket : grown) timed += bucket.count;
  if (seconds_.size() >= most_) thin();
  seconds_.push_back(second);
  for (const double p : percentiles_) values_.push_back(static_cast<float>(percentile(grown, timed, p)));
  next_ = second + step_;
}

void PercentileSeries::thin() {
  const std::size_t each = percentiles_.size(), pairs = seconds_.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i) {
    const std::size_t stays = slowest(2 * i) > slowest(2 * i + 1) ? 2 * i : 2 * i + 1;
    seconds_[i] = seconds_[stays];
    const auto from = values_.begin() + static_cast<std::ptrdiff_t>(stays * each);
    std::copy_n(from, each, values_.begin() + static_cast<std::ptrdiff_t>(i * each));
  }
  seconds_.resize(pairs);
  values_.resize(pairs * each);
  step_ *= 2;
}

std::vector<PercentileSeries::Point> PercentileSeries::points() const {
  std::vector<Point> points;
  points.reserve(seconds_.size());
  const auto each = static_cast<std::ptrdiff_t>(percentiles_.size());
  auto value = values_.begin();
  for (const std::int64_t second : seconds_) {
    points.push_back({second, {value, value + each}});
    value += each;
  }
  return points;
}

}  // namespace acrida::stats
