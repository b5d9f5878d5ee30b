#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace acrida::base {

// Whether every byte is below 128: eight at a time, since nearly every text is.
inline bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::uint64_t bits = 0, word = 0;
  for (; text.size() > sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    bits |= word;
  }
  word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return ((bits | word) & kHighBits) == 0;
}

}  // namespace acrida::base
