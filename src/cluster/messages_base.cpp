// The data of the base dialect's messages, as Locust 2.47 writes and reads them.
#include <cmath>

#include "cluster/fields.h"
#include "cluster/messages.h"
#include "wire/msgpack_writer.h"

namespace acrida::cluster {
namespace {

using wire::MsgpackReader;
using wire::MsgpackWriter;
using Kind = MsgpackReader::Kind;

void write_counts(MsgpackWriter& out, const ClassCounts& counts) {
  out.map(counts.size());
  for (const auto& [name, count] : counts) out.text(name).integer(count);
}

std::int64_t read_counted(MsgpackReader& reader) {
  const std::int64_t counted = reader.read_integer();
  if (counted < 0 || counted > 1LL << 50) reader.fail("a count that cannot be");
  return reader.ok() ? counted : 0;
}

void read_extended(MsgpackReader& reader, std::string_view key, Heartbeat::Extended& extended) {
  if (key == "run") extended.run = read_count(reader);
  if (key == "order") extended.order = read_count(reader);
  if (key == "counted") extended.counted = read_counted(reader);
  if (key == "hub_lag") extended.hub_lag_seconds = read_finite(reader);
}

}  // namespace

Decoded<Greeting> read_greeting(std::string_view data) {
  MsgpackReader reader(data);
  switch (reader.peek()) {
    case Kind::Text:
    case Kind::Binary: {
      std::string version(reader.read_text());
      return Greeting{version.empty() ? Greeting::Kind::TooOld : Greeting::Kind::Version, std::move(version)};
    }
    case Kind::Nil:  // Java workers; Locust's master of today refuses them for it
      return Greeting{Greeting::Kind::Unchecked, {}};
    case Kind::Boolean:
      return Greeting{reader.read_boolean() ? Greeting::Kind::Version : Greeting::Kind::TooOld, "True"};
    case Kind::Integer: {
      const std::int64_t version = reader.read_integer();
      if (version == -1) return Greeting{Greeting::Kind::Unchecked, "-1"};
      if (version == 0) return Greeting{Greeting::Kind::TooOld, {}};
      return Malformed{"a number that is no version"};
    }
    case Kind::Array:
      return Greeting{Greeting::Kind::Version, "a list"};
    default:
      return Malformed{"no version in it"};
  }
}

Decoded<Heartbeat> read_heartbeat(std::string_view data) {
  MsgpackReader reader(data);
  Heartbeat beat;
  bool has_state = false;
  read_fields(reader, [&](std::string_view key) {
    if (key == "state") {
      beat.state = reader.read_text();
      return has_state = true;
    }
    if (key == "current_cpu_usage") {
      // Java has moments when it cannot tell: no number, or one below 0.
      if (!reader.try_nil()) beat.cpu_percent = reader.read_number();
      if (!(beat.cpu_percent >= 0 && std::isfinite(beat.cpu_percent))) beat.cpu_percent = 0;
      return true;
    }
    if (key == "current_memory_usage") {
      if (!reader.try_nil()) beat.memory_bytes = reader.read_integer();
      return true;
    }
    if (key == "acrida") {
      beat.extended = Heartbeat::Extended{};
      read_fields(reader, [&](std::string_view inner) {
        if (inner != "run" && inner != "order" && inner != "counted" && inner != "hub_lag") return false;
        return read_extended(reader, inner, *beat.extended), true;
      });
      return true;
    }
    return false;
  });
  if (reader.ok() && !has_state) return Malformed{"a heartbeat without a state"};
  return finished(reader, std::move(beat));
}

std::string heartbeat_data(const Heartbeat& beat) {
  std::string data;
  MsgpackWriter out(data);
  out.map(beat.extended ? 4 : 3).key("state").text(beat.state);
  out.key("current_cpu_usage").number(beat.cpu_percent).key("current_memory_usage").integer(beat.memory_bytes);
  if (const auto& more = beat.extended) {
    out.key("acrida").map(4).key("run").integer(static_cast<std::int64_t>(more->run));
    out.key("order").integer(static_cast<std::int64_t>(more->order)).key("counted").integer(more->counted);
    out.key("hub_lag").number(more->hub_lag_seconds);
  }
  return data;
}

namespace {

void read_spawn_extension(MsgpackReader& reader, SpawnOrder& order) {
  read_fields(reader, [&](std::string_view key) {
    if (key == "master") return order.master = reader.read_text(), true;
    if (key == "run") return order.run = read_count(reader), true;
    if (key == "order") return order.order = read_count(reader), true;
    if (key == "spread") return order.spread_seconds = read_finite(reader), true;
    if (key == "offset") return order.spread_offset = read_finite(reader), true;
    return false;
  });
}

// Reads the value of `key` into `order`; false: not one of ours.
bool read_spawn_field(MsgpackReader& reader, std::string_view key, SpawnOrder& order) {
  if (key == "timestamp") return order.timestamp = read_finite(reader), true;
  if (key == "user_classes_count") return order.counts = read_class_counts(reader), true;
  if (key == "host") {
    if (!reader.try_nil()) order.host = reader.read_text();
    return true;
  }
  if (key == "stop_timeout") {
    if (!reader.try_nil()) order.stop_timeout = read_finite(reader);
    return true;
  }
  if (key == "parsed_options") {
    if (reader.peek() != Kind::Map && reader.peek() != Kind::Nil) reader.fail("parsed_options is not a map");
    order.parsed_options = reader.try_nil() ? std::string{} : std::string(reader.skip());
    return true;
  }
  if (key == "acrida") return read_spawn_extension(reader, order), true;
  return false;
}

}  // namespace

Decoded<SpawnOrder> read_spawn(std::string_view data) {
  MsgpackReader reader(data);
  SpawnOrder order;
  bool has_timestamp = false, has_counts = false;
  read_fields(reader, [&](std::string_view key) {
    has_timestamp |= key == "timestamp";
    has_counts |= key == "user_classes_count";
    return read_spawn_field(reader, key, order);
  });
  if (reader.ok() && !has_timestamp) return Malformed{"a spawn order without a timestamp"};
  if (reader.ok() && !has_counts) return Malformed{"a spawn order without user_classes_count"};
  return finished(reader, std::move(order));
}

std::string spawn_data(const SpawnOrder& order, bool is_extended) {
  std::string data;
  MsgpackWriter out(data);
  const bool has_options = !order.parsed_options.empty();
  out.map(4 + (has_options || !is_extended) + is_extended).key("timestamp").number(order.timestamp);
  out.key("user_classes_count");
  write_counts(out, order.counts);
  out.key("host");
  order.host ? out.text(*order.host) : out.nil();
  out.key("stop_timeout");
  order.stop_timeout ? out.number(*order.stop_timeout) : out.nil();
  if (has_options) out.key("parsed_options").raw(order.parsed_options);
  if (!has_options && !is_extended) out.key("parsed_options").map(0);
  if (is_extended) {
    out.key("acrida").map(5).key("master").text(order.master);
    out.key("run").integer(static_cast<std::int64_t>(order.run));
    out.key("order").integer(static_cast<std::int64_t>(order.order));
    out.key("spread").number(order.spread_seconds).key("offset").number(order.spread_offset);
  }
  return data;
}

Decoded<ClassCounts> read_spawning_complete(std::string_view data) {
  MsgpackReader reader(data);
  ClassCounts counts;
  if (reader.try_nil()) return counts;
  read_fields(reader, [&](std::string_view key) {
    if (key != "user_classes_count") return false;
    return counts = read_class_counts(reader), true;
  });
  return finished(reader, std::move(counts));
}

std::string spawning_complete_data(const ClassCounts& counts) {
  std::string data;
  MsgpackWriter out(data);
  out.map(2).key("user_classes_count");
  write_counts(out, counts);
  out.key("user_count").integer(sum(counts));
  return data;
}

std::string total_user_count_data(std::int64_t user_count) {
  std::string data;
  MsgpackWriter(data).map(1).key("user_count").integer(user_count);
  return data;
}

Decoded<std::int64_t> read_total_user_count(std::string_view data) {
  MsgpackReader reader(data);
  std::int64_t count = 0;
  if (reader.try_nil()) return count;
  read_fields(reader, [&](std::string_view key) {
    if (key != "user_count") return false;
    return count = reader.read_integer(), true;
  });
  return finished(reader, count);
}

Decoded<TaskException> read_exception(std::string_view data) {
  MsgpackReader reader(data);
  constexpr std::int64_t kMostOfAnException = 1'000'000'000'000;  // sums of them stay numbers
  TaskException exception;
  read_fields(reader, [&](std::string_view key) {
    if (key == "msg") return exception.message = read_string(reader), true;
    if (key == "traceback") return exception.traceback = read_string(reader), true;
    if (key == "acrida_count") {
      exception.count = reader.read_integer();
      if (exception.count < 1 || exception.count > kMostOfAnException)
        reader.fail("an exception that came less than once or beyond measure");
      return true;
    }
    return false;
  });
  return finished(reader, std::move(exception));
}

std::string exception_data(const TaskException& exception) {
  std::string data;
  MsgpackWriter writer(data);
  writer.map(exception.count > 1 ? 3 : 2).key("msg").text(exception.message).key("traceback").text(exception.traceback);
  if (exception.count > 1) writer.key("acrida_count").integer(exception.count);
  return data;
}

Decoded<LogLines> read_logs(std::string_view data) {
  constexpr std::uint32_t kMostLines = 5'000;
  MsgpackReader reader(data);
  LogLines logs;
  read_fields(reader, [&](std::string_view key) {
    if (key == "worker_id") return logs.worker_id = read_string(reader), true;
    if (key != "logs") return false;
    const std::uint32_t lines = reader.read_array();
    if (lines > kMostLines) reader.fail("more than 5,000 log lines in one message");
    for (std::uint32_t i = 0; i < lines && reader.ok(); ++i) logs.lines.emplace_back(reader.read_text());
    return true;
  });
  return finished(reader, std::move(logs));
}

std::string logs_data(const LogLines& logs) {
  std::string data;
  MsgpackWriter out(data);
  out.map(2).key("worker_id").text(logs.worker_id).key("logs").array(logs.lines.size());
  for (const std::string& line : logs.lines) out.text(line);
  return data;
}

}  // namespace acrida::cluster
