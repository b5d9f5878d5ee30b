// Whatever a peer sends, a master and a worker go on: no crash, no hang, and a heartbeat is still answered. What our
// reader of MessagePack takes for one value, the library msgpack-cxx takes for one, too.
#define MSGPACK_NO_BOOST
#include <cstdint>
#include <cstdlib>
#include <msgpack.hpp>

#include "cluster/master.h"
#include "cluster/worker.h"
#include "wire/msgpack_reader.h"
#include "wire/msgpack_writer.h"

namespace {

using namespace acrida;

void check(bool is_so) {
  if (!is_so) std::abort();
}

void compare_readers(std::string_view bytes) {
  wire::MsgpackReader reader(bytes);
  const std::string_view value = reader.skip();
  if (!reader.ok()) return;
  try {
    std::size_t offset = 0;
    const msgpack::object_handle handle = msgpack::unpack(bytes.data(), bytes.size(), offset);
    check(offset == value.size());
  } catch (const msgpack::unpack_error&) {
    std::abort();
  }
}

std::string text(std::string_view value) {
  std::string data;
  wire::MsgpackWriter(data).text(value);
  return data;
}

void feed_master(std::string_view bytes, std::string_view type, std::string_view data) {
  const cluster::Moment now{base::Instant(base::from_seconds(100)), 1.79e9};
  cluster::MasterSettings settings;
  settings.incarnation = "beef";
  settings.wants_reports = true;
  cluster::Master master(settings, now);
  for (const char* id : {"a_1", "b_1"})
    master.on_message(id, cluster::make_message("client_ready", text("2.47.0"), id), now);
  cluster::Join join;
  join.master = "beef";
  join.incarnation = "cafe";
  master.on_message("b_1", cluster::make_message("acrida_join", cluster::join_data(join), "b_1"), now);
  cluster::StartOrder order;
  order.user_classes = {{"A", 1, 0}};
  master.start(order, now);
  for (const char* id : {"a_1", "b_1"}) {
    master.on_message(id, bytes, now);
    master.on_message(id, cluster::make_message(type, data, id), now);
  }
  master.on_tick({now.at + base::from_seconds(1), now.wall + 1});
  const auto beat = cluster::make_message("heartbeat", cluster::heartbeat_data({"running", 1, 1, {}}), "c_1");
  master.on_message("c_1", cluster::make_message("client_ready", text("2.47.0"), "c_1"), now);
  bool is_answered = false;
  for (const auto& action : master.on_message("c_1", beat, now))
    is_answered |= std::holds_alternative<cluster::Send>(action);
  check(is_answered);
}

void feed_worker(std::string_view bytes, std::string_view type, std::string_view data) {
  const cluster::Moment now{base::Instant(base::from_seconds(100)), 1.79e9};
  cluster::WorkerSettings settings;
  settings.client_id = "a_1";
  settings.incarnation = "cafe";
  cluster::Worker worker(settings, now);
  worker.begin(now);
  worker.on_message(cluster::make_message("ack", cluster::ack_data({0, std::nullopt}), "a_1"), now);
  worker.on_message(bytes, now);
  worker.on_message(cluster::make_message(type, data, "a_1"), now);
  worker.on_tick({now.at + base::from_seconds(2), now.wall});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  static constexpr std::string_view kTypes[] = {
      "client_ready", "heartbeat", "stats", "spawning",       "spawning_complete", "client_stopped",
      "quit",         "exception", "logs",  "locustfile",     "acrida_join",       "acrida_frame",
      "ack",          "spawn",     "stop",  "acrida_welcome", "acrida_receipt"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(input), size);
  const std::string_view type = kTypes[input[0] % std::size(kTypes)];
  const std::string_view data = bytes.substr(1);
  compare_readers(bytes);
  wire::MsgpackReader one_value(data);
  one_value.skip();
  const std::string_view value = one_value.ok() ? data.substr(0, one_value.position()) : cluster::kNil;
  feed_master(bytes, type, value);
  feed_worker(bytes, type, value);
  return 0;
}
