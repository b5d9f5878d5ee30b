// The handshake and the small messages between acrida nodes.
#include <fmt/core.h>

#include "cluster/fields.h"
#include "cluster/messages.h"
#include "wire/msgpack_writer.h"

namespace acrida::cluster {
namespace {

using wire::MsgpackReader;
using wire::MsgpackWriter;

constexpr std::string_view kProtocol = "1";

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  while (!line.empty()) {
    const std::size_t blank = line.find(' ');
    found.push_back(line.substr(0, blank));
    line = blank == line.npos ? std::string_view{} : line.substr(blank + 1);
  }
  return found;
}

// "<protocol> <master> <challenge> <secret|open> <keeps|forgets>"; a protocol that we do not speak is no offer.
std::optional<Acknowledgement::Extended> read_offer(std::string_view line) {
  const std::vector<std::string_view> parts = words(line);
  if (parts.size() < 5 || parts[0] != kProtocol) return std::nullopt;
  return Acknowledgement::Extended{std::string(parts[1]), std::string(parts[2]), parts[3] == "secret",
                                   parts[4] == "keeps"};
}

}  // namespace

Decoded<Acknowledgement> read_ack(std::string_view data) {
  MsgpackReader reader(data);
  Acknowledgement ack;
  if (reader.try_nil()) return ack;
  read_fields(reader, [&](std::string_view key) {
    if (key == "index") return ack.index = reader.read_integer(), true;
    if (key != "acrida") return false;
    return ack.extended = read_offer(reader.read_text()), true;
  });
  return finished(reader, std::move(ack));
}

std::string ack_data(const Acknowledgement& ack) {
  std::string data;
  MsgpackWriter out(data);
  out.map(ack.extended ? 2 : 1).key("index").integer(ack.index);
  if (const auto& offer = ack.extended)
    out.key("acrida").text(fmt::format("{} {} {} {} {}", kProtocol, offer->master, offer->challenge,
                                       offer->needs_secret ? "secret" : "open",
                                       offer->keeps_results ? "keeps" : "forgets"));
  return data;
}

Decoded<Join> read_join(std::string_view data) {
  MsgpackReader reader(data);
  Join join;
  read_fields(reader, [&](std::string_view key) {
    if (key == "protocol") return join.protocol = reader.read_integer(), true;
    if (key == "master") return join.master = reader.read_text(), true;
    if (key == "incarnation") return join.incarnation = reader.read_text(), true;
    if (key == "challenge") return join.challenge = reader.read_text(), true;
    if (key == "proof") return join.proof = reader.read_text(), true;
    if (key == "first_kept") return join.first_kept = read_count(reader), true;
    if (key == "run") return join.run = read_count(reader), true;
    if (key == "user_classes_count") return join.counts = read_class_counts(reader), true;
    if (key == "software") return join.software = read_string(reader), true;
    return false;
  });
  if (reader.ok() && (join.incarnation.empty() || join.incarnation.size() > 64))
    return Malformed{"an incarnation that is none"};
  return finished(reader, std::move(join));
}

std::string join_data(const Join& join) {
  std::string data;
  MsgpackWriter out(data);
  out.map(9)
      .key("protocol")
      .integer(join.protocol)
      .key("master")
      .text(join.master)
      .key("incarnation")
      .text(join.incarnation);
  out.key("challenge").text(join.challenge).key("proof").text(join.proof);
  out.key("first_kept").integer(static_cast<std::int64_t>(join.first_kept));
  out.key("run").integer(static_cast<std::int64_t>(join.run)).key("user_classes_count").map(join.counts.size());
  for (const auto& [name, count] : join.counts) out.text(name).integer(count);
  out.key("software").text(join.software);
  return data;
}

Decoded<Welcome> read_welcome(std::string_view data) {
  MsgpackReader reader(data);
  Welcome welcome;
  read_fields(reader, [&](std::string_view key) {
    if (key == "master") return welcome.master = reader.read_text(), true;
    if (key == "proof") return welcome.proof = reader.read_text(), true;
    if (key == "received") return welcome.received_frames = read_count(reader), true;
    return false;
  });
  return finished(reader, std::move(welcome));
}

std::string welcome_data(const Welcome& welcome) {
  std::string data;
  MsgpackWriter out(data);
  out.map(3).key("master").text(welcome.master).key("proof").text(welcome.proof);
  out.key("received").integer(static_cast<std::int64_t>(welcome.received_frames));
  return data;
}

std::string refusal_data(std::string_view reason) {
  std::string data;
  MsgpackWriter(data).map(1).key("reason").text(reason);
  return data;
}

std::string read_refusal(std::string_view data) {
  MsgpackReader reader(data);
  std::string reason;
  read_fields(reader, [&](std::string_view key) {
    if (key != "reason") return false;
    return reason = reader.read_text(), true;
  });
  return reader.ok() && !reason.empty() ? reason : "no reason was given";
}

Decoded<MasterBeat> read_master_beat(std::string_view data) {
  MsgpackReader reader(data);
  MasterBeat beat;
  read_fields(reader, [&](std::string_view key) {
    if (key == "state") return beat.state = reader.read_text(), true;
    if (key == "run") return beat.run = read_count(reader), true;
    if (key == "master") return beat.master = reader.read_text(), true;
    if (key == "completions") return beat.completions = read_count(reader), true;
    if (key == "user_count") return beat.user_count = reader.read_integer(), true;
    return false;
  });
  return finished(reader, std::move(beat));
}

std::string master_beat_data(const MasterBeat& beat) {
  std::string data;
  MsgpackWriter out(data);
  out.map(5).key("user_count").integer(beat.user_count).key("master").text(beat.master).key("state").text(beat.state);
  out.key("run").integer(static_cast<std::int64_t>(beat.run));
  out.key("completions").integer(static_cast<std::int64_t>(beat.completions));
  return data;
}

std::string sequence_data(std::uint64_t sequence) {
  std::string data;
  MsgpackWriter(data).map(1).key("sequence").integer(static_cast<std::int64_t>(sequence));
  return data;
}

Decoded<std::uint64_t> read_sequence(std::string_view data) {
  MsgpackReader reader(data);
  std::uint64_t sequence = 0;
  if (reader.try_nil()) return sequence;
  read_fields(reader, [&](std::string_view key) {
    if (key != "sequence") return false;
    return sequence = read_count(reader), true;
  });
  return finished(reader, sequence);
}

}  // namespace acrida::cluster
