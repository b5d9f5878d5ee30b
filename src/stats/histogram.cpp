#include "stats/histogram.h"

namespace acrida::stats {

Histogram::~Histogram() {
  for (std::atomic<Page*>& page : pages_) delete page.load(std::memory_order_relaxed);
}

Histogram::Page* Histogram::add_page(std::size_t number) noexcept {
  Page* page = new Page;
  // Release: a reader that finds the page finds its zeros.
  pages_[number].store(page, std::memory_order_release);
  return page;
}

void Histogram::add(const Histogram& other) noexcept {
  other.for_each([this](std::size_t index, std::uint64_t n) { add_at(index, n); });
}

void Histogram::clear() noexcept {
  for (std::atomic<Page*>& slot : pages_)
    if (Page* page = slot.load(std::memory_order_relaxed))
      for (Cell<std::uint64_t>& cell : *page) cell.set(0);
}

std::uint64_t Histogram::total() const noexcept {
  std::uint64_t sum = 0;
  for_each([&](std::size_t, std::uint64_t n) { sum += n; });
  return sum;
}

std::size_t Histogram::allocated_pages() const noexcept {
  std::size_t pages = 0;
  for (const std::atomic<Page*>& page : pages_) pages += page.load(std::memory_order_relaxed) != nullptr;
  return pages;
}

}  // namespace acrida::stats
