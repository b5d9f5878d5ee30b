#pragma once

#include <cstddef>

namespace acrida::base {

// Asks the processor for an object that will be needed in some hundred nanoseconds: with thousands of users none of
// theirs is in the cache. Any address will do, also one that is not mapped.
template <std::size_t kBytes>
inline void prefetch(const void* object) {
  const char* const first = static_cast<const char*>(object);
  for (std::size_t at = 0; at < kBytes; at += 64) __builtin_prefetch(first + at);
}

}  // namespace acrida::base
