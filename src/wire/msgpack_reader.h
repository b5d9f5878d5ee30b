#pragma once

#include <cstddef>
#include <cstdint>
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
  bool next_is_float() const {
    return at_ != end_ && (static_cast<unsigned char>(*at_) == 0xca || static_cast<unsigned char>(*at_) == 0xcb);
  }
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
  bool at_end() const { return at_ == end_; }

  bool try_nil();
  bool read_boolean();
  // A float that is whole counts as one. Most numbers in a report are small: their three forms are read right here.
  std::int64_t read_integer() {
    if (at_ != end_) {
      const auto tag = static_cast<unsigned char>(*at_);
      if (tag < 0x80) return ++at_, tag;
      if (tag == 0xcd && has(3)) {
        at_ += 3;
        return static_cast<unsigned char>(at_[-2]) << 8 | static_cast<unsigned char>(at_[-1]);
      }
      if (tag == 0xcc && has(2)) {
        at_ += 2;
        return static_cast<unsigned char>(at_[-1]);
      }
    }
    return read_other_integer();
  }
  double read_number();  // integer or float
  std::string_view read_text();
  // How many values (pairs) follow; each of them takes a byte at least, so the answer is bounded by the bytes there
  // are.
  std::uint32_t read_array();
  std::uint32_t read_map();
  // The bytes of the next value, whatever it is, checked to be well-formed.
  std::string_view skip();
  std::string_view bytes_since(std::size_t position) const { return {begin_ + position, this->position() - position}; }

 private:
  std::int64_t read_other_integer();
  std::int64_t read_wide_integer(unsigned char tag);
  std::uint64_t take_big_endian(std::size_t bytes);
  std::string_view take(std::size_t bytes);
  bool has(std::size_t bytes) const { return static_cast<std::size_t>(end_ - at_) >= bytes; }
  std::uint32_t container(std::uint64_t values);
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

}  // namespace acrida::wire
