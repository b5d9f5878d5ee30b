#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/messages.h"
#include "wire/msgpack_reader.h"

// How the maps of messages are read: field by field, unknown ones skipped.
namespace acrida::cluster {

// Calls field(key) for so many pairs, which reads the value and answers true, or leaves it alone and answers false.
template <class Field>
void read_pairs(wire::MsgpackReader& reader, std::uint32_t pairs, Field&& field) {
  using Kind = wire::MsgpackReader::Kind;
  for (std::uint32_t left = pairs; left > 0 && reader.ok(); --left) {
    const Kind kind = reader.peek();
    if (kind != Kind::Text && kind != Kind::Binary) {
      reader.skip(), reader.skip();
      continue;
    }
    const std::string_view key = reader.read_text();
    if (reader.ok() && !field(key)) reader.skip();
  }
}
// The same for a whole map.
template <class Field>
void read_fields(wire::MsgpackReader& reader, Field&& field) {
  read_pairs(reader, reader.read_map(), std::forward<Field>(field));
}

inline std::string read_string(wire::MsgpackReader& reader) {
  if (reader.try_nil()) return {};
  return std::string(reader.read_text());
}
inline double read_finite(wire::MsgpackReader& reader) {
  if (reader.try_nil()) return 0;
  const double value = reader.read_number();
  if (!std::isfinite(value)) reader.fail("a finite number was expected");
  return value;
}
inline std::uint64_t read_count(wire::MsgpackReader& reader) {
  const std::int64_t value = reader.read_integer();
  if (value < 0) reader.fail("a negative number where a count was expected");
  return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}
// nil is an empty one: a Go worker may say so just after its first order.
ClassCounts read_class_counts(wire::MsgpackReader& reader);

template <class T>
Decoded<T> finished(const wire::MsgpackReader& reader, T value) {
  if (!reader.ok()) return Malformed{reader.problem()};
  return value;
}

}  // namespace acrida::cluster
