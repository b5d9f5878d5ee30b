#include <fmt/core.h>

#include "cluster/fields.h"
#include "cluster/messages.h"
#include "wire/msgpack_writer.h"

namespace acrida::cluster {

Decoded<Envelope> open_envelope(std::string_view bytes, const wire::MsgpackLimits& limits) {
  using Kind = wire::MsgpackReader::Kind;
  wire::MsgpackReader reader(bytes, limits);
  if (reader.ok() && bytes.empty()) return Malformed{"an empty message"};
  const std::uint32_t parts = reader.read_array();
  if (reader.ok() && parts != 3)
    return Malformed{fmt::format("an array of {} where [type, data, node id] belongs", parts)};
  Envelope envelope;
  if (reader.ok() && reader.peek() != Kind::Text && reader.peek() != Kind::Binary)
    return Malformed{"the type of the message is not a text"};
  envelope.type = reader.read_text();
  envelope.data = reader.skip();
  envelope.node_id = reader.try_nil() ? std::string_view{} : reader.read_text();
  if (reader.ok() && !reader.at_end())
    return Malformed{fmt::format("{} bytes behind the message", bytes.size() - reader.position())};
  return finished(reader, envelope);
}

std::optional<Envelope> open_report(std::string_view bytes, std::string_view sender) {
  for (const std::string_view type : {std::string_view("stats"), std::string_view("acrida_frame")}) {
    const std::size_t head = 2 + type.size();  // the array and the short text before it
    if (bytes.size() <= head || bytes[0] != '\x93' || static_cast<unsigned char>(bytes[1]) != (0xa0 | type.size()) ||
        bytes.substr(2, type.size()) != type)
      continue;
    // Both dialects: str8 (or a short text) and the older str16.
    std::string current, older("\xda");
    wire::MsgpackWriter(current).text(sender);
    older.append({static_cast<char>(sender.size() >> 8), static_cast<char>(sender.size())}).append(sender);
    for (const std::string& tail : {current, older})
      if (bytes.size() > head + tail.size() && bytes.ends_with(tail))
        return Envelope{type, bytes.substr(head, bytes.size() - head - tail.size()), sender};
  }
  return std::nullopt;
}

std::string make_message(std::string_view type, std::string_view data, std::string_view node_id) {
  std::string out;
  out.reserve(type.size() + data.size() + node_id.size() + 16);
  wire::MsgpackWriter(out).array(3).text(type).raw(data.empty() ? kNil : data).text(node_id);
  return out;
}

std::int64_t sum(const ClassCounts& counts) {
  std::int64_t users = 0;
  for (const auto& [name, count] : counts) users += count;
  return users;
}

ClassCounts read_class_counts(wire::MsgpackReader& reader) {
  ClassCounts counts;
  if (reader.try_nil()) return counts;
  for (std::uint32_t left = reader.read_map(); left > 0 && reader.ok(); --left) {
    std::string name(reader.read_text());
    const std::int64_t count = reader.read_integer();
    if (count < 0 || count > 1'000'000'000) reader.fail("a number of users that cannot be");
    counts.emplace_back(std::move(name), count);
  }
  return counts;
}

}  // namespace acrida::cluster
