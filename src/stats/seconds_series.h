#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/prefetch.h"
#include "stats/cell.h"

namespace acrida::stats {

using SecondCount = std::pair<std::int64_t, std::int64_t>;  // epoch second, how many

// How many per second of wall-clock time. Kept for the whole test, 4 bytes a second, in pages of 128 seconds: the
// writer allocates once in two minutes. Seconds may come in any order (clocks are set, reports from nodes are merged).
//
// Owner   a shard.
// Thread  one writer; readers at any moment.
// Fails   never (without memory the process ends).
class SecondsSeries {
 public:
  SecondsSeries() = default;
  ~SecondsSeries();
  SecondsSeries(const SecondsSeries&) = delete;
  SecondsSeries& operator=(const SecondsSeries&) = delete;

  void add(std::int64_t second, std::int64_t n = 1) noexcept {
    if (!current_ || current_->number.get() != second >> kPageBits) current_ = find_or_add(second >> kPageBits);
    current_->counts[static_cast<std::size_t>(second & kMask)].add(static_cast<std::uint32_t>(n));
  }
  // The writer will add to the page of its last second.
  void expect_page() const noexcept {
    if (current_) base::prefetch<64>(current_);
  }
  void add(const SecondsSeries& other) noexcept;
  // The writer's call. Pages are used again, never freed: a reader may be on one.
  void clear() noexcept;

  std::int64_t at(std::int64_t second) const noexcept;
  std::int64_t sum(std::int64_t first, std::int64_t last) const noexcept;  // both inclusive
  // Adds all counts to `sum`, which stays ascending.
  void add_to(std::vector<SecondCount>& sum) const;

 private:
  static constexpr int kPageBits = 7;
  static constexpr std::int64_t kMask = (1 << kPageBits) - 1;
  static constexpr std::int64_t kFree = INT64_MIN;
  struct Page {
    Page(std::int64_t page_number, Page* older_page) : number(page_number), older(older_page) {}
    Cell<std::int64_t> number;  // second >> kPageBits, or kFree
    Page* const older;
    std::array<Cell<std::uint32_t>, 1 << kPageBits> counts{};
  };
  Page* find_or_add(std::int64_t number) noexcept;

  Page* current_ = nullptr;  // the writer's
  std::atomic<Page*> newest_{nullptr};
};

}  // namespace acrida::stats
