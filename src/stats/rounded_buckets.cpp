#include "stats/rounded_buckets.h"

#include <algorithm>
#include <cmath>

namespace acrida::stats {
namespace {

void merge_one(BucketCounts& sum, BucketCount item) {
  const auto at = std::lower_bound(sum.begin(), sum.end(), item.ms,
                                   [](const BucketCount& each, double ms) { return each.ms < ms; });
  if (at == sum.end() || at->ms != item.ms)
    sum.insert(at, item);
  else if ((at->count += item.count) == 0)
    sum.erase(at);
}

}  // namespace

double rounded_ms(double ms) {
  // nearbyint rounds half to even, and the division keeps every tie a tie and nothing else.
  if (ms < 100) return std::nearbyint(ms);
  if (ms < 1000) return std::nearbyint(ms / 10) * 10;
  if (ms < 10000) return std::nearbyint(ms / 100) * 100;
  return std::nearbyint(ms / 1000) * 1000;
}

double RoundedBuckets::ms_of(std::size_t index) noexcept {
  const auto i = static_cast<double>(index);
  if (index < kTens) return i;
  if (index < kHundreds) return 100 + (i - kTens) * 10;
  if (index < kThousands) return 1000 + (i - kHundreds) * 100;
  return 10000 + (i - kThousands) * 1000;
}

RoundedBuckets::Place RoundedBuckets::place_of_bucket(double ms) noexcept {
  constexpr Place kNowhere{kDense, 0};
  Place place = kNowhere;
  if (ms >= 0 && ms < ms_of(kDense) && ms == rounded_ms(ms))
    place = place_of(base::Duration(static_cast<std::int64_t>(ms) * 1'000'000));
  return place.index < kDense ? place : Place{kDense, ms};
}

RoundedBuckets::~RoundedBuckets() {
  for (Rare* each = rare_.load(std::memory_order_relaxed); each;) {
    Rare* next = each->next;
    delete each;
    each = next;
  }
}

void RoundedBuckets::add_rare(double ms, std::int64_t n) noexcept {
  Rare* const first = rare_.load(std::memory_order_relaxed);
  for (Rare* each = first; each; each = each->next)
    if (each->ms == ms) return each->count.add(n);
  rare_.store(new Rare{ms, n, first}, std::memory_order_release);
}

void RoundedBuckets::add(const RoundedBuckets& other) noexcept {
  for (std::size_t i = 0; i < kDense; ++i)
    if (const std::int64_t n = other.dense_[i].get()) dense_[i].add(n);
  for (const Rare* each = other.rare_.load(std::memory_order_acquire); each; each = each->next)
    if (const std::int64_t n = each->count.get()) add_rare(each->ms, n);
}

void RoundedBuckets::clear() noexcept {
  for (Cell<std::int64_t>& cell : dense_) cell.set(0);
  for (Rare* each = rare_.load(std::memory_order_relaxed); each; each = each->next) each->count.set(0);
}

std::int64_t RoundedBuckets::total() const noexcept {
  std::int64_t sum = 0;
  for (const Cell<std::int64_t>& cell : dense_) sum += cell.get();
  for (const Rare* each = rare_.load(std::memory_order_acquire); each; each = each->next) sum += each->count.get();
  return sum;
}

void RoundedBuckets::add_to(BucketCounts& sum) const {
  BucketCounts mine;
  for (std::size_t i = 0; i < kDense; ++i)
    if (const std::int64_t n = dense_[i].get()) mine.push_back({ms_of(i), n});
  for (const Rare* each = rare_.load(std::memory_order_acquire); each; each = each->next)
    if (const std::int64_t n = each->count.get()) merge_one(mine, {each->ms, n});
  if (sum.empty()) {
    sum = std::move(mine);
    return;
  }
  for (const BucketCount& item : mine) merge_one(sum, item);
}

}  // namespace acrida::stats
