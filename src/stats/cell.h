#pragma once

#include <atomic>

namespace acrida::stats {

// A number with one writer and any number of readers at any moment. Adding is a load and a store, not a locked
// instruction: that is why there may be only one writer.
template <class T>
class Cell {
 public:
  Cell(T initial = T{}) noexcept : value_(initial) {}

  T get() const noexcept { return value_.load(std::memory_order_relaxed); }
  void set(T value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(T amount) noexcept { set(get() + amount); }

 private:
  std::atomic<T> value_;
};

}  // namespace acrida::stats
