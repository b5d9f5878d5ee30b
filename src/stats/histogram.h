#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/prefetch.h"
#include "stats/cell.h"

namespace acrida::stats {

// How often each response time occurred, in microseconds: exact below 1,024 µs, above that 512 steps per power of two,
// so a value read back is wrong by at most 0.1 %. Covers all 64 bits; pages of counters are allocated when first
// touched, so memory depends on how far the values spread, never on how many there are.
//
// Owner   a shard.
// Thread  one writer; readers at any moment, which see every count at most a moment late.
// Fails   never (without memory the process ends).
class Histogram {
 public:
  static constexpr std::size_t kStepsPerOctave = 512;
  static constexpr std::size_t kPageSize = 128;
  static constexpr std::size_t kPages = (64 - 8) * kStepsPerOctave / kPageSize;

  Histogram() = default;
  ~Histogram();
  Histogram(const Histogram&) = delete;
  Histogram& operator=(const Histogram&) = delete;

  static constexpr std::size_t index_of(std::uint64_t us) {
    const int shift = std::bit_width(us | 512) - 10;  // 0 below 1,024, without a branch
    return static_cast<std::size_t>(shift) * kStepsPerOctave + static_cast<std::size_t>(us >> shift);
  }
  // The smallest value that `index` stands for, and how many values it stands for.
  static constexpr std::uint64_t lowest(std::size_t index) {
    const std::size_t shift = shift_of(index);
    return static_cast<std::uint64_t>(index - shift * kStepsPerOctave) << shift;
  }
  static constexpr std::uint64_t width(std::size_t index) { return std::uint64_t{1} << shift_of(index); }
  // What is shown for it: the middle.
  static constexpr std::uint64_t middle(std::size_t index) { return lowest(index) + (width(index) - 1) / 2; }

  void count(std::uint64_t us) noexcept { add_at(index_of(us), 1); }
  void add_at(std::size_t index, std::uint64_t n) noexcept {
    Page* page = pages_[index / kPageSize].load(std::memory_order_relaxed);
    if (!page) page = add_page(index / kPageSize);
    (*page)[index % kPageSize].add(n);
  }
  // add_at() comes soon (base/prefetch.h): the table of pages, then the page.
  void expect(std::size_t index) const noexcept { base::prefetch<1>(&pages_[index / kPageSize]); }
  void expect_page(std::size_t index) const noexcept {
    const Page* page = pages_[index / kPageSize].load(std::memory_order_relaxed);
    if (page) base::prefetch<1>(&(*page)[index % kPageSize]);
  }
  void add(const Histogram& other) noexcept;
  // Zero again; the pages stay. The writer's call.
  void clear() noexcept;

  std::uint64_t total() const noexcept;
  std::size_t allocated_pages() const noexcept;

  // Calls visit(index, count) for each index with a count, ascending.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t p = 0; p < kPages; ++p) {
      const Page* page = pages_[p].load(std::memory_order_acquire);
      if (!page) continue;
      for (std::size_t i = 0; i < kPageSize; ++i)
        if (const std::uint64_t n = (*page)[i].get()) visit(p * kPageSize + i, n);
    }
  }

 private:
  using Page = std::array<Cell<std::uint64_t>, kPageSize>;

  static constexpr std::size_t shift_of(std::size_t index) {
    return index < 2 * kStepsPerOctave ? 0 : index / kStepsPerOctave - 1;
  }
  Page* add_page(std::size_t number) noexcept;

  std::array<std::atomic<Page*>, kPages> pages_{};
};

}  // namespace acrida::stats
