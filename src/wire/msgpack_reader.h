#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace acrida::wire {

struct MsgpackLimits {
  std::uint32_t depth = 32;          // containers within containers
  std::uint32_t values = 8'000'000;  // all together
  std::size_t bytes = 64u << 20;     // of the whole message
};

// Reads MessagePack value by value out of bytes that stay where they are: reports of statistics are half of what a
// master does, and their tables go straight into counters. The first thing that is wrong ends it: problem() says what
// and where, and every later read answers zero, so that callers check once at the end.
//
// Both dialects are read: text as str (8, 16, 32) or as bin, numbers in any width.
//
// Owner   the caller, as of the bytes.  Thread  any, one at a time.
// Fails   ok() is false from then on; nothing throws, nothing is read beyond the end.
class MsgpackReader {
 public:
  enum class Kind : std::uint8_t { Nil, Boolean, Integer, Float, Text, Binary, Array, Map, Extension, End };

  explicit MsgpackReader(std::string_view bytes, const MsgpackLimits& limits = {});

  bool ok() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }
  // For what is well-formed and still not what was expected. The first one stays.
  void fail(std::string_view what);

  Kind peek() const;
  bool next_is_float() const { return at_ != end_ && (byte(at_) == 0xca || byte(at_) == 0xcb); }
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
  bool at_end() const { return at_ == end_; }

  bool try_nil() {
    if (at_ == end_ || byte(at_) != 0xc0) return false;
    return ++at_, true;
  }
  // These bytes, if they are the next: a key that everybody writes in this place.
  [[gnu::always_inline]] bool try_bytes(std::string_view bytes) {
    if (!has(bytes.size()) || std::memcmp(at_, bytes.data(), bytes.size()) != 0) return false;
    return at_ += bytes.size(), true;
  }
  bool read_boolean();
  // A float that is whole counts as one. The forms of nearly all numbers in a report are read right here.
  std::int64_t read_integer() {
    if (has(5)) {
      const unsigned char tag = byte(at_);
      if (tag < 0x80) return ++at_, tag;
      if (tag == 0xcd) return at_ += 3, big_endian<std::uint16_t>(at_ - 2);
      if (tag == 0xcc) return at_ += 2, byte(at_ - 1);
      if (tag == 0xce) return at_ += 5, big_endian<std::uint32_t>(at_ - 4);
    }
    return read_other_integer();
  }
  // Integer or float.
  double read_number() {
    if (has(9) && byte(at_) == 0xcb) return at_ += 9, std::bit_cast<double>(big_endian<std::uint64_t>(at_ - 8));
    return read_other_number();
  }
  // Most of a report are pairs of integers of one to three bytes: calls take(first, second) for those that stand here
  // one behind the other, for `most` at most, and says for how many. What stops it is read as anything else.
  template <class Take>
  std::uint32_t read_small_pairs(std::uint32_t most, Take&& take);
  // As far as these numbers take a byte each and the first of a pair is below `below`: eight pairs at a time, which go
  // to put(first, second).
  template <class Put>
  std::uint32_t read_tiny_pairs(std::uint32_t most, unsigned char below, Put&& put);
  std::string_view read_text() {
    if (at_ != end_)
      if (const std::size_t size = byte(at_) ^ 0xa0u; size < 0x20 && has(1 + size)) {
        at_ += 1 + size;
        return {at_ - size, size};
      }
    return read_other_text();
  }
  // How many values (pairs) follow; each of them takes a byte at least, so the answer is bounded by the bytes there
  // are.
  std::uint32_t read_array();
  std::uint32_t read_map() {
    if (has(3)) {
      const unsigned char tag = byte(at_);
      if ((tag & 0xf0) == 0x80) return ++at_, container(2 * (tag & 0x0fu)) / 2;
      if (tag == 0xde) return at_ += 3, container(2u * big_endian<std::uint16_t>(at_ - 2)) / 2;
    }
    return read_other_map();
  }
  // The bytes of the next value, whatever it is, checked to be well-formed.
  std::string_view skip();
  std::string_view bytes_since(std::size_t position) const { return {begin_ + position, this->position() - position}; }

 private:
  static unsigned char byte(const char* at) { return static_cast<unsigned char>(*at); }
  template <class T>
  static T big_endian(const char* at) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = static_cast<T>(value << 8 | byte(at + i));
    return value;
  }
  static const char* small_integer(const char* at, std::uint32_t& value);
  double read_other_number();
  std::string_view read_other_text();
  std::int64_t read_other_integer();
  std::int64_t read_wide_integer(unsigned char tag);
  std::uint64_t take_big_endian(std::size_t bytes);
  std::string_view take(std::size_t bytes);
  bool has(std::size_t bytes) const { return static_cast<std::size_t>(end_ - at_) >= bytes; }
  std::uint32_t container(std::uint64_t values) {
    if (!has(values) || values > values_left_) return refuse_container();
    values_left_ -= static_cast<std::uint32_t>(values);
    return static_cast<std::uint32_t>(values);
  }
  std::uint32_t refuse_container();
  std::uint32_t read_other_map();
  void expected(std::string_view what);
  void skip_value(std::uint32_t depth);
  void skip_scalar(unsigned char tag);

  const char* begin_;
  const char* at_;
  const char* end_;
  MsgpackLimits limits_;
  std::uint32_t values_left_;
  std::string problem_;
};

// Where it ends; null: it is none of these.
inline const char* MsgpackReader::small_integer(const char* at, std::uint32_t& value) {
  const unsigned char tag = byte(at);
  if (tag < 0x80) return value = tag, at + 1;
  if (tag == 0xcd) return value = big_endian<std::uint16_t>(at + 1), at + 3;
  if (tag == 0xcc) return value = byte(at + 1), at + 2;
  return nullptr;
}

template <class Put>
std::uint32_t MsgpackReader::read_tiny_pairs(std::uint32_t most, unsigned char below, Put&& put) {
  constexpr std::size_t kAtOnce = 8;
  using Word = std::array<unsigned char, sizeof(std::uint64_t)>;
  const auto raise = static_cast<unsigned char>(0x80 - below);
  const auto raises = std::bit_cast<std::uint64_t>(Word{raise, 0, raise, 0, raise, 0, raise, 0});
  std::uint32_t done = 0;
  for (; most - done >= kAtOnce && has(2 * kAtOnce); done += kAtOnce) {
    std::array<unsigned char, 2 * kAtOnce> bytes;
    std::memcpy(bytes.data(), at_, bytes.size());
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), at_, sizeof words);
    // What is too large has its highest bit set, or gets it when it is raised.
    const std::uint64_t highest = words[0] | (words[0] + raises) | words[1] | (words[1] + raises);
    if (highest & 0x8080'8080'8080'8080) break;
    for (std::size_t i = 0; i < bytes.size(); i += 2) put(bytes[i], bytes[i + 1]);
    at_ += bytes.size();
  }
  return done;
}

template <class Take>
std::uint32_t MsgpackReader::read_small_pairs(std::uint32_t most, Take&& take) {
  constexpr std::ptrdiff_t kLongestPair = 6;
  const char* at = at_;
  const char* const end = end_;
  std::uint32_t done = 0;
  for (std::uint32_t first = 0, second = 0; done < most && end - at >= kLongestPair; ++done) {
    const char* const middle = small_integer(at, first);
    const char* const after = middle ? small_integer(middle, second) : nullptr;
    if (!after) break;
    take(first, second);
    at = after;
  }
  at_ = at;
  return done;
}

}  // namespace acrida::wire
