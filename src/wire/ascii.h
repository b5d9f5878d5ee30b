#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

// Character classes of the protocols, free of locale. Private to wire.
namespace acrida::wire {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// The value of a hexadecimal digit, -1 for any other character.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts the next item off a comma separated list, trimmed; items may be empty.
constexpr std::string_view next_list_item(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view item = list.substr(0, comma);
  list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  return trim_blanks(item);
}

// A control character other than a tab. Looks at eight bytes at once, for this runs over every header of every answer.
inline bool has_control_character(const char* text, std::size_t size) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;
  const auto is_suspect = [](const char* eight) {  // exact for "some byte is below 0x20"
    std::uint64_t word;
    std::memcpy(&word, eight, sizeof word);
    return ((word - kOnes * 0x20) & ~word & kHighs) != 0;
  };
  const auto has_any = [](const char* from, const char* to) {
    for (; from != to; ++from)
      if (static_cast<unsigned char>(*from) < 0x20 && *from != '\t') return true;
    return false;
  };
  if (size < 8) return has_any(text, text + size);
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8)
    if (is_suspect(text + at) && has_any(text + at, text + at + 8)) return true;
  return is_suspect(text + size - 8) && has_any(text + size - 8, text + size);
}

}  // namespace acrida::wire
