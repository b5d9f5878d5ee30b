#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstddef>
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
  const char* begin = text.data();
  const char* end = begin + text.size();
  while (begin != end && is_blank(*begin)) ++begin;
  while (begin != end && is_blank(end[-1])) --end;
  return {begin, end};
}

// Cuts the next item off a comma separated list, trimmed; items may be empty.
constexpr std::string_view next_list_item(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view item = list.substr(0, comma);
  list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  return trim_blanks(item);
}

// Eight bytes at once, the first one lowest, for what runs over every byte of every answer.
inline std::uint64_t load_word(const char* eight) {
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// High bits of the bytes that are below `limit` (at most 0x80). The lowest mark is exact, those above it may not be.
constexpr std::uint64_t mark_below(std::uint64_t word, std::uint64_t limit) {
  return (word - 0x0101010101010101u * limit) & ~word & 0x8080808080808080u;
}

// Which byte a word's lowest mark is in.
inline std::size_t first_mark(std::uint64_t marks) { return static_cast<std::size_t>(std::countr_zero(marks)) / 8; }

// The first byte below 0x20 in [from, to), or `to`. Line ends are among them, so one pass both finds the lines and
// proves that nothing unprintable hides in them.
inline const char* find_control(const char* from, const char* to) {
#ifdef __SSE2__
  const __m128i last = _mm_set1_epi8(0x1f);
  for (; to - from >= 16; from += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    if (const int marks = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, last), bytes)))
      return from + std::countr_zero(static_cast<unsigned>(marks));
  }
#endif
  for (; to - from >= 8; from += 8)
    if (const std::uint64_t marks = mark_below(load_word(from), 0x20)) return from + first_mark(marks);
  while (from != to && static_cast<unsigned char>(*from) >= 0x20) ++from;
  return from;
}

// The first byte in [from, to) that cannot stand in a header name: a colon, a blank or anything outside ASCII. More
// lenient than the standard's tokens: what a client of requests gets to see, we must be able to measure.
inline const char* find_name_end(const char* from, const char* to) {
#ifdef __SSE2__
  for (; to - from >= 16; from += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i ends =
        _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8('!')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':')));
    if (const int marks = _mm_movemask_epi8(ends)) return from + std::countr_zero(static_cast<unsigned>(marks));
  }
#endif
  constexpr std::uint64_t kColons = 0x3a3a3a3a3a3a3a3au, kHighs = 0x8080808080808080u;
  for (; to - from >= 8; from += 8) {
    const std::uint64_t word = load_word(from);
    const std::uint64_t marks = mark_below(word, 0x21) | mark_below(word ^ kColons, 1) | (word & kHighs);
    if (marks != 0) return from + first_mark(marks);
  }
  while (from != to && static_cast<signed char>(*from) > ' ' && *from != ':') ++from;
  return from;
}

// `text`, known to be as long as the literal (8 to 17 characters) and free of control characters, equals it whatever
// the case of its letters. Setting bit 5 makes letters lower case and leaves digits and '-' alone.
template <std::size_t Size>
bool is_name(std::string_view text, const char (&lower_case)[Size]) {
  static_assert(Size > 8 && Size <= 18);
  constexpr std::uint64_t kLower = 0x2020202020202020u;
  constexpr std::size_t kTail = Size - 1 - 8;
  return (load_word(text.data()) | kLower) == load_word(lower_case) &&
         (load_word(text.data() + kTail) | kLower) == load_word(lower_case + kTail) &&
         (Size - 1 <= 16 || (text[8] | 0x20) == lower_case[8]);
}

}  // namespace acrida::wire
