#pragma once

#include <cstddef>
#include <utility>

namespace acrida::fiber {

// Memory for one fiber's stack with a guard below it that nobody may touch: whoever runs out of stack crashes there
// instead of writing into a neighbour. The memory costs nothing until it is touched.
//
// Owner   a Fiber.
// Thread  any.
// Fails   an empty stack when the system gives no more: each one takes two mappings, and vm.max_map_count (65,530
// unless
//         raised) ends at some 32,000 stacks.
class Stack {
 public:
  Stack() = default;
  // `bytes` is rounded up to whole pages.
  explicit Stack(std::size_t bytes);
  Stack(Stack&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)), mapped_bytes_(other.mapped_bytes_) {}
  Stack& operator=(Stack&&) = delete;
  ~Stack();

  explicit operator bool() const { return memory_ != nullptr; }
  char* bottom() const;  // the lowest address that may be used
  char* top() const { return memory_ + mapped_bytes_; }
  std::size_t size() const { return static_cast<std::size_t>(top() - bottom()); }
  // In what guards this stack?
  bool guards(const void* address) const { return address >= memory_ && address < bottom(); }

 private:
  char* memory_ = nullptr;
  std::size_t mapped_bytes_ = 0;
};

}  // namespace acrida::fiber
