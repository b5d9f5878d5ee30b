#include "wire/msgpack_writer.h"

#include <bit>

namespace acrida::wire {
namespace {

void put(std::string& out, unsigned tag, std::uint64_t value, int bytes) {
  out.push_back(static_cast<char>(tag));
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

// The head of something counted: `small` with the count inside where it fits, else the first of `tags` that holds it.
struct Tags {
  unsigned small, small_limit, one_byte, two_bytes, four_bytes;
};
void put_head(std::string& out, const Tags& tags, std::size_t count) {
  if (count < tags.small_limit)
    out.push_back(static_cast<char>(tags.small | count));
  else if (tags.one_byte && count <= 0xff)
    put(out, tags.one_byte, count, 1);
  else if (count <= 0xffff)
    put(out, tags.two_bytes, count, 2);
  else
    put(out, tags.four_bytes, count, 4);
}

void put_negative(std::string& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= -32)
    out.push_back(static_cast<char>(value));
  else if (value >= INT8_MIN)
    put(out, 0xd0, bits, 1);
  else if (value >= INT16_MIN)
    put(out, 0xd1, bits, 2);
  else if (value >= INT32_MIN)
    put(out, 0xd2, bits, 4);
  else
    put(out, 0xd3, bits, 8);
}

}  // namespace

MsgpackWriter& MsgpackWriter::nil() {
  out_.push_back(static_cast<char>(0xc0));
  return *this;
}

MsgpackWriter& MsgpackWriter::boolean(bool value) {
  out_.push_back(static_cast<char>(value ? 0xc3 : 0xc2));
  return *this;
}

MsgpackWriter& MsgpackWriter::integer(std::int64_t value) {
  if (value < 0)
    put_negative(out_, value);
  else if (value < 0x80)
    out_.push_back(static_cast<char>(value));
  else if (value <= UINT8_MAX)
    put(out_, 0xcc, static_cast<std::uint64_t>(value), 1);
  else if (value <= UINT16_MAX)
    put(out_, 0xcd, static_cast<std::uint64_t>(value), 2);
  else if (value <= UINT32_MAX)
    put(out_, 0xce, static_cast<std::uint64_t>(value), 4);
  else
    put(out_, 0xcf, static_cast<std::uint64_t>(value), 8);
  return *this;
}

MsgpackWriter& MsgpackWriter::number(double value) {
  put(out_, 0xcb, std::bit_cast<std::uint64_t>(value), 8);
  return *this;
}

MsgpackWriter& MsgpackWriter::text(std::string_view value) {
  put_head(out_, {0xa0, 32, 0xd9, 0xda, 0xdb}, value.size());
  out_.append(value);
  return *this;
}

MsgpackWriter& MsgpackWriter::bytes(std::string_view value) {
  put_head(out_, {0, 0, 0xc4, 0xc5, 0xc6}, value.size());
  out_.append(value);
  return *this;
}

MsgpackWriter& MsgpackWriter::array(std::size_t values) {
  put_head(out_, {0x90, 16, 0, 0xdc, 0xdd}, values);
  return *this;
}

MsgpackWriter& MsgpackWriter::map(std::size_t pairs) {
  put_head(out_, {0x80, 16, 0, 0xde, 0xdf}, pairs);
  return *this;
}

MsgpackWriter& MsgpackWriter::raw(std::string_view msgpack) {
  out_.append(msgpack);
  return *this;
}

}  // namespace acrida::wire
