#include "stats/seconds_series.h"

#include <algorithm>

namespace acrida::stats {

SecondsSeries::~SecondsSeries() {
  for (Page* page = newest_.load(std::memory_order_relaxed); page;) {
    Page* older = page->older;
    delete page;
    page = older;
  }
}

SecondsSeries::Page* SecondsSeries::find_or_add(std::int64_t number) noexcept {
  Page* free = nullptr;
  for (Page* page = newest_.load(std::memory_order_relaxed); page; page = page->older) {
    if (page->number.get() == number) return page;
    if (page->number.get() == kFree) free = page;
  }
  if (free) {
    free->number.set(number);
    return free;
  }
  Page* page = new Page(number, newest_.load(std::memory_order_relaxed));
  newest_.store(page, std::memory_order_release);
  return page;
}

void SecondsSeries::add(const SecondsSeries& other) noexcept {
  std::vector<SecondCount> counts;
  other.add_to(counts);
  for (const auto& [second, n] : counts) add(second, n);
}

void SecondsSeries::clear() noexcept {
  for (Page* page = newest_.load(std::memory_order_relaxed); page; page = page->older) {
    page->number.set(kFree);
    for (Cell<std::uint32_t>& count : page->counts) count.set(0);
  }
  current_ = nullptr;
}

std::int64_t SecondsSeries::at(std::int64_t second) const noexcept {
  for (const Page* page = newest_.load(std::memory_order_acquire); page; page = page->older)
    if (page->number.get() == second >> kPageBits) return page->counts[static_cast<std::size_t>(second & kMask)].get();
  return 0;
}

std::int64_t SecondsSeries::sum(std::int64_t first, std::int64_t last) const noexcept {
  std::int64_t total = 0;
  for (std::int64_t second = first; second <= last; ++second) total += at(second);
  return total;
}

void SecondsSeries::add_to(std::vector<SecondCount>& sum) const {
  const std::size_t before = sum.size();
  for (const Page* page = newest_.load(std::memory_order_acquire); page; page = page->older) {
    const std::int64_t number = page->number.get();
    if (number == kFree) continue;
    for (std::size_t i = 0; i < page->counts.size(); ++i)
      if (const std::int64_t n = page->counts[i].get())
        sum.emplace_back(number * (kMask + 1) + static_cast<std::int64_t>(i), n);
  }
  if (sum.size() == before) return;
  std::sort(sum.begin(), sum.end());
  // The same second from two shards becomes one.
  std::size_t kept = 0;
  for (std::size_t i = 1; i < sum.size(); ++i) {
    if (sum[i].first == sum[kept].first)
      sum[kept].second += sum[i].second;
    else
      sum[++kept] = sum[i];
  }
  sum.resize(kept + 1);
}

}  // namespace acrida::stats
