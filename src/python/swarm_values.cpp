#include "python/swarm_values.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <variant>

#include "python/swarm_row.h"

namespace nb = nanobind;

namespace acrida::python {

nb::dict to_dict(const Counts& counts) {
  nb::dict result;
  for (const auto& [name, count] : counts) result[nb::str(name.c_str(), name.size())] = count;
  return result;
}

namespace {

const char* name_of(cluster::Level level) {
  switch (level) {
    case cluster::Level::Debug:
      return "DEBUG";
    case cluster::Level::Info:
      return "INFO";
    case cluster::Level::Warning:
      return "WARNING";
    case cluster::Level::Error:
      break;
  }
  return "ERROR";
}

nb::tuple told(const cluster::Log& e) { return nb::make_tuple("log", name_of(e.level), std::string(e.logger), e.text); }
nb::tuple told(const cluster::StateChanged& e) { return nb::make_tuple("state", std::string(text(e.state))); }
nb::tuple told(const cluster::CustomMessage& e) {
  return nb::make_tuple("message", e.type, to_bytes(e.data), e.node_id, e.index);
}
nb::tuple told(const cluster::WorkerConnected& e) { return nb::make_tuple("worker_connected", e.client_id, e.index); }
nb::tuple told(const cluster::ReportReceived& e) { return nb::make_tuple("report", e.client_id, to_bytes(e.data)); }
nb::tuple told(const cluster::HeartbeatSent& e) { return nb::make_tuple("heartbeat_sent", e.client_id, e.wall); }
nb::tuple told(const cluster::ExceptionReceived& e) {
  return nb::make_tuple("exception", e.node_id, e.exception.message, e.exception.traceback, e.exception.count);
}
nb::tuple told(const cluster::LogsReceived& e) { return nb::make_tuple("logs", e.logs.worker_id, e.logs.lines); }
nb::tuple told(const cluster::StatisticsReplaced& e) { return nb::make_tuple("statistics", SwarmRow{e.total}); }
nb::tuple told(const cluster::EntryAppeared& e) { return nb::make_tuple("entry", SwarmRow{e.entry}); }
nb::tuple told(const cluster::ErrorAppeared& e) { return nb::make_tuple("error", SwarmRow{e.record}); }
nb::tuple told(const cluster::SpawningCompleted& e) { return nb::make_tuple("spawning_completed", e.user_count); }
nb::tuple told(const cluster::WorkersChanged&) { return nb::make_tuple("workers_changed"); }
nb::tuple told(const cluster::RunStopped& e) { return nb::make_tuple("run_stopped", e.has_timed_out); }
nb::tuple told(const cluster::StopWanted& e) { return nb::make_tuple("stop_wanted", e.and_quit); }
nb::tuple told(const cluster::QuitFinished& e) { return nb::make_tuple("quit_finished", e.silent); }
nb::tuple told(const cluster::LocustfileWanted& e) { return nb::make_tuple("locustfile_wanted", e.peer); }
nb::tuple told(const cluster::ShipmentWanted&) { return nb::make_tuple("shipment_wanted"); }
nb::tuple told(const cluster::Persist&) { return nb::make_tuple("persist"); }
nb::tuple told(const cluster::Send&) { return nb::make_tuple("send"); }
nb::tuple told(const cluster::Connected& e) { return nb::make_tuple("connected", e.index); }
nb::tuple told(const cluster::GiveUp& e) { return nb::make_tuple("give_up", e.exit_code); }
nb::tuple told(const cluster::LookAtMaster&) { return nb::make_tuple("look_at_master"); }
nb::tuple told(const cluster::ResetConnection&) { return nb::make_tuple("reset_connection"); }
nb::tuple told(const cluster::ApplyUsers& e) {
  return nb::make_tuple("apply_users", e.number, e.is_new_test, to_dict(e.order.counts), e.order.host,
                        e.order.stop_timeout, to_bytes(e.order.parsed_options), e.order.run, e.order.spread_seconds,
                        e.order.spread_offset);
}
nb::tuple told(const cluster::StopUsers& e) { return nb::make_tuple("stop_users", e.number); }
nb::tuple told(const cluster::QuitWanted& e) { return nb::make_tuple("quit_wanted", e.number, e.reason); }
nb::tuple told(const cluster::Farewell&) { return nb::make_tuple("farewell"); }
nb::tuple told(const cluster::SwarmComplete& e) { return nb::make_tuple("swarm_complete", e.user_count); }
nb::tuple told(const cluster::UpdateUserClass& e) { return nb::make_tuple("update_user_class", to_bytes(e.data)); }
nb::tuple told(const cluster::HeartbeatReceived& e) { return nb::make_tuple("heartbeat_received", e.wall); }
nb::tuple told(const cluster::TakeReport& e) { return nb::make_tuple("take_report", e.number); }

template <class Node>
nb::list take_events(Node& node) {
  nb::list events;
  for (const auto& event : node.events().take())
    events.append(std::visit([](const auto& each) { return told(each); }, event));
  return events;
}

}  // namespace

nb::list take(app::MasterNode& node) { return take_events(node); }
nb::list take(app::WorkerNode& node) { return take_events(node); }

}  // namespace acrida::python
