#include "wire/msgpack_reader.h"

#include <fmt/core.h>

#include <bit>
#include <cmath>

namespace acrida::wire {
namespace {

using Kind = MsgpackReader::Kind;

unsigned char byte_at(const char* at) { return static_cast<unsigned char>(*at); }

Kind kind_of(unsigned char tag) {
  if (tag < 0x80 || tag >= 0xe0) return Kind::Integer;
  if (tag < 0x90) return Kind::Map;
  if (tag < 0xa0) return Kind::Array;
  if (tag < 0xc0) return Kind::Text;
  switch (tag) {
    case 0xc0:
      return Kind::Nil;
    case 0xc2:
    case 0xc3:
      return Kind::Boolean;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return Kind::Binary;
    case 0xca:
    case 0xcb:
      return Kind::Float;
    case 0xd9:
    case 0xda:
    case 0xdb:
      return Kind::Text;
    case 0xdc:
    case 0xdd:
      return Kind::Array;
    case 0xde:
    case 0xdf:
      return Kind::Map;
    default:
      return tag >= 0xcc && tag <= 0xd3 ? Kind::Integer : Kind::Extension;
  }
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::Nil:
      return "nil";
    case Kind::Boolean:
      return "a boolean";
    case Kind::Integer:
      return "an integer";
    case Kind::Float:
      return "a float";
    case Kind::Text:
      return "text";
    case Kind::Binary:
      return "bytes";
    case Kind::Array:
      return "an array";
    case Kind::Map:
      return "a map";
    case Kind::Extension:
      return "an extension type";
    case Kind::End:
      break;
  }
  return "the end";
}

}  // namespace

MsgpackReader::MsgpackReader(std::string_view bytes, const MsgpackLimits& limits)
    : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()), limits_(limits), values_left_(limits.values) {
  if (bytes.size() > limits.bytes) fail(fmt::format("{} bytes where {} are allowed", bytes.size(), limits.bytes));
}

void MsgpackReader::fail(std::string_view what) {
  if (ok()) problem_ = fmt::format("{} at byte {}", what, position());
  at_ = end_;  // whatever is asked next finds nothing
}

void MsgpackReader::expected(std::string_view what) {
  fail(fmt::format("{} where {} was expected", name_of(peek()), what));
}

Kind MsgpackReader::peek() const {
  if (at_ == end_) return Kind::End;
  const unsigned char tag = byte_at(at_);
  return tag == 0xc1 ? Kind::End : kind_of(tag);
}

std::uint64_t MsgpackReader::take_big_endian(std::size_t bytes) {
  if (!has(bytes)) {
    fail("the bytes end within a value");
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | byte_at(at_ + i);
  at_ += bytes;
  return value;
}

std::string_view MsgpackReader::take(std::size_t bytes) {
  if (!has(bytes)) {
    fail("the bytes end within a value");
    return {};
  }
  const std::string_view taken(at_, bytes);
  at_ += bytes;
  return taken;
}

bool MsgpackReader::read_boolean() {
  if (peek() != Kind::Boolean) return expected("a boolean"), false;
  return byte_at(at_++) == 0xc3;
}

std::int64_t MsgpackReader::read_other_integer() {
  const Kind kind = peek();
  if (kind == Kind::Float) {
    const double value = read_number();
    if (!(std::abs(value) <= 9e15) || std::nearbyint(value) != value) return fail("a whole number was expected"), 0;
    return static_cast<std::int64_t>(value);
  }
  if (kind != Kind::Integer) return expected("an integer"), 0;
  return read_wide_integer(byte_at(at_++));
}

std::int64_t MsgpackReader::read_wide_integer(unsigned char tag) {
  switch (tag) {
    case 0xcc:
      return static_cast<std::int64_t>(take_big_endian(1));
    case 0xcd:
      return static_cast<std::int64_t>(take_big_endian(2));
    case 0xce:
      return static_cast<std::int64_t>(take_big_endian(4));
    case 0xd0:
      return static_cast<std::int8_t>(take_big_endian(1));
    case 0xd1:
      return static_cast<std::int16_t>(take_big_endian(2));
    case 0xd2:
      return static_cast<std::int32_t>(take_big_endian(4));
    case 0xd3:
      return static_cast<std::int64_t>(take_big_endian(8));
    case 0xcf: {
      const std::uint64_t value = take_big_endian(8);
      if (value > INT64_MAX) return fail("an integer above 2^63"), 0;
      return static_cast<std::int64_t>(value);
    }
    default:
      return static_cast<std::int8_t>(tag);  // 0xe0…0xff: -32…-1
  }
}

double MsgpackReader::read_other_number() {
  if (peek() != Kind::Float)
    return peek() == Kind::Integer ? static_cast<double>(read_integer()) : (expected("a number"), 0.0);
  const bool is_double = byte_at(at_++) == 0xcb;
  if (is_double) return std::bit_cast<double>(take_big_endian(8));
  return std::bit_cast<float>(static_cast<std::uint32_t>(take_big_endian(4)));
}

std::string_view MsgpackReader::read_other_text() {
  const Kind kind = peek();
  if (kind != Kind::Text && kind != Kind::Binary) return expected("text"), std::string_view{};
  const unsigned char tag = byte_at(at_++);
  if (tag < 0xc0) return take(tag & 0x1f);
  static constexpr std::size_t kLengthBytes[] = {1, 2, 4};
  return take(take_big_endian(kLengthBytes[tag <= 0xc6 ? tag - 0xc4 : tag - 0xd9]));
}

std::uint32_t MsgpackReader::refuse_container() {
  return fail("a container that claims more values than there are bytes"), 0;
}

std::uint32_t MsgpackReader::read_array() {
  if (peek() != Kind::Array) return expected("an array"), 0;
  const unsigned char tag = byte_at(at_++);
  return container(tag < 0xa0 ? tag & 0x0fu : take_big_endian(tag == 0xdc ? 2 : 4));
}

std::uint32_t MsgpackReader::read_other_map() {
  if (peek() != Kind::Map) return expected("a map"), 0;
  const unsigned char tag = byte_at(at_++);
  return container(2 * (tag < 0x90 ? tag & 0x0fu : take_big_endian(tag == 0xde ? 2 : 4))) / 2;
}

std::string_view MsgpackReader::skip() {
  const char* const start = at_;
  skip_value(0);
  return ok() ? std::string_view(start, static_cast<std::size_t>(at_ - start)) : std::string_view{};
}

void MsgpackReader::skip_value(std::uint32_t depth) {
  if (depth > limits_.depth) return fail(fmt::format("containers nested more than {} deep", limits_.depth));
  switch (peek()) {
    case Kind::Array:
      for (std::uint32_t left = read_array(); left > 0 && ok(); --left) skip_value(depth + 1);
      return;
    case Kind::Map:
      for (std::uint32_t left = 2 * read_map(); left > 0 && ok(); --left) skip_value(depth + 1);
      return;
    case Kind::Text:
    case Kind::Binary:
      read_text();
      return;
    case Kind::End:
      return fail(at_ == end_ ? "the bytes end where a value was expected" : "the byte 0xc1, which means nothing");
    default:
      skip_scalar(byte_at(at_++));
  }
}

void MsgpackReader::skip_scalar(unsigned char tag) {
  switch (tag) {
    case 0xc7:
    case 0xc8:
    case 0xc9:
      take(take_big_endian(std::size_t{1} << (tag - 0xc7)));
      take(1);
      return;
    case 0xca:
    case 0xce:
    case 0xd2:
      take(4);
      return;
    case 0xcb:
    case 0xcf:
    case 0xd3:
      take(8);
      return;
    case 0xcc:
    case 0xd0:
      take(1);
      return;
    case 0xcd:
    case 0xd1:
      take(2);
      return;
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      take(1 + (std::size_t{1} << (tag - 0xd4)));
      return;
    default:
      return;  // nil, booleans, small integers
  }
}

}  // namespace acrida::wire
