#include "cluster/plain_options.h"

#include <cstdint>
#include <limits>

#include "wire/msgpack_reader.h"
#include "wire/msgpack_writer.h"

namespace acrida::cluster {

namespace {

using wire::MsgpackReader;
using Kind = MsgpackReader::Kind;

bool is_plain(Kind kind, std::string_view value) {
  if (kind == Kind::Nil || kind == Kind::Boolean || kind == Kind::Float || kind == Kind::Text) return true;
  if (kind != Kind::Integer) return false;
  MsgpackReader reader(value);
  const std::int64_t number = reader.read_integer();
  using Int = std::numeric_limits<std::int32_t>;
  return reader.ok() && number >= Int::min() && number <= Int::max();
}

}  // namespace

std::string plain_options(std::string_view options) {
  std::string pairs;
  std::uint32_t kept = 0;
  MsgpackReader reader(options);
  if (reader.peek() == Kind::Map) {
    for (std::uint32_t left = reader.read_map(); left > 0 && reader.ok(); --left) {
      const bool has_name = reader.peek() == Kind::Text;
      const std::string_view name = reader.skip();
      const Kind kind = reader.peek();
      const std::string_view value = reader.skip();
      if (!reader.ok() || !has_name || !is_plain(kind, value)) continue;
      pairs.append(name).append(value);
      ++kept;
    }
  }
  std::string data;
  wire::MsgpackWriter(data).map(kept).raw(pairs);
  return data;
}

}  // namespace acrida::cluster
