#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cerrno>
#include <variant>

#include "app/make_node.h"
#include "app/swarm_node.h"
#include "python/control.h"
#include "python/swarm_row.h"
#include "stats/request_stats.h"

namespace nb = nanobind;
using namespace nb::literals;

// Master and worker as Python's runners see them: commands go in, take() brings what has happened, in order.
namespace acrida::python {

namespace {

using app::MasterNode;
using app::WorkerNode;
using Counts = std::vector<std::pair<std::string, std::int64_t>>;
using ClassRow = std::tuple<std::string, double, std::int64_t>;  // name, weight, fixed count

std::string to_string(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }
nb::bytes to_bytes(const std::string& text) { return nb::bytes(text.data(), text.size()); }

nb::dict to_dict(const Counts& counts) {
  nb::dict result;
  for (const auto& [name, count] : counts) result[nb::str(name.c_str(), name.size())] = count;
  return result;
}

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

std::vector<load::UserClass> to_classes(const std::vector<ClassRow>& rows) {
  std::vector<load::UserClass> classes;
  for (const auto& [name, weight, fixed_count] : rows) classes.push_back({name, weight, fixed_count});
  return classes;
}

std::pair<std::string, std::string> name_and_method(const SwarmRow& row) {
  const auto& entry = std::get<std::shared_ptr<stats::Entry>>(row.row);
  return {entry->name(), entry->method()};
}

// ---- what has happened, as tuples: a name and its values

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
nb::list take(Node& node) {
  nb::list events;
  for (const auto& event : node.events().take())
    events.append(std::visit([](const auto& each) { return told(each); }, event));
  return events;
}

void translate_link_error(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const app::LinkError& failure) {
    PyErr_SetObject(PyExc_OSError,
                    nb::make_tuple(failure.is_address_in_use ? EADDRINUSE : EINVAL, failure.what()).ptr());
  }
}

// ---- master

std::shared_ptr<MasterNode> make_master(const std::string& host, int port, std::string version, bool is_headless,
                                        bool enables_rebalancing, const std::string& join_secret,
                                        const std::string& resume_file, double report_wait) {
  cluster::MasterSettings settings;
  settings.version = std::move(version);
  settings.is_headless = is_headless;
  settings.enables_rebalancing = enables_rebalancing;
  settings.join_secret = join_secret;
  settings.report_wait = base::from_seconds(report_wait);
  return app::make_master_node(control_loop(), host, port, resume_file, std::move(settings));
}

void start(MasterNode& node, std::int64_t users, double spawn_rate, std::optional<std::vector<std::string>> classes,
           const std::vector<ClassRow>& user_classes, std::optional<std::string> host,
           std::optional<double> stop_timeout, const nb::bytes& parsed_options, bool is_dealt_elsewhere) {
  cluster::StartOrder order;
  order.users = users;
  order.spawn_rate = spawn_rate;
  order.classes = std::move(classes);
  order.user_classes = to_classes(user_classes);
  order.host = std::move(host);
  order.stop_timeout = stop_timeout;
  order.parsed_options = to_string(parsed_options);
  order.is_dealt_elsewhere = is_dealt_elsewhere;
  node.post([order = std::move(order)](cluster::Master& master) mutable {
    return master.start(std::move(order), app::this_moment());
  });
}

void deal(MasterNode& node, cluster::Ramp::Shares shares) {
  node.post([shares = std::move(shares)](cluster::Master& master) mutable {
    return master.deal(std::move(shares), app::this_moment());
  });
}

nb::list nodes_of(const MasterNode& node) {
  const auto rows = node.read([](const cluster::Master& master) {
    std::vector<cluster::WorkerNode> copies;
    for (const auto& [id, worker] : master.roster().nodes()) copies.push_back(worker);
    return copies;
  });
  nb::list nodes;
  for (const cluster::WorkerNode& worker : rows) {
    nb::object lag = nb::none();
    if (worker.extended) lag = nb::float_(worker.extended->hub_lag_seconds);
    nodes.append(nb::make_tuple(worker.id, worker.index, worker.state, worker.cpu_percent, worker.memory_bytes,
                                to_dict(worker.counts), lag, worker.version, worker.address, worker.shown_version()));
  }
  return nodes;
}

nb::list gaps_of(const MasterNode& node) {
  const auto gaps = node.read([](const cluster::Master& master) { return master.ledger().gaps(); });
  nb::list rows;
  for (const auto& [life, gap] : gaps)
    rows.append(
        nb::make_tuple(gap.worker_id, gap.why, gap.known_missing, gap.unknown_seconds, gap.requests_per_second));
  return rows;
}

nb::dict dropped_by(const MasterNode& node) {
  nb::dict reasons;
  for (const auto& [why, count] : node.read([](const cluster::Master& master) { return master.dropped(); }))
    reasons[why.c_str()] = count;
  return reasons;
}

const char* kind_of_start(const MasterNode& node) {
  switch (node.read([](const cluster::Master& master) { return master.start_kind(); })) {
    case cluster::Master::StartKind::NoWorkers:
      return "no workers";
    case cluster::Master::StartKind::NewTest:
      return "new test";
    case cluster::Master::StartKind::Edit:
      break;
  }
  return "edit";
}

void bind_master_views(nb::class_<MasterNode>& master) {
  master
      .def_prop_ro("state",
                   [](const MasterNode& node) {
                     return std::string(text(node.read([](const auto& machine) { return machine.state(); })));
                   })
      .def("start_kind", &kind_of_start, "'no workers', 'new test' or 'edit': what a start would be now.")
      .def("nodes", &nodes_of,
           "(id, index, state, cpu percent, memory, users by class, hub lag or None, version, address, version to "
           "show) of each worker.")
      .def("gaps", &gaps_of,
           "(worker, why, requests known to be missing, seconds nobody knows about, its pace) of workers that were "
           "lost.")
      .def("dropped", &dropped_by, "Messages that were not acted upon, by reason.")
      .def_prop_ro(
          "user_count",
          [](const MasterNode& node) { return node.read([](const auto& machine) { return machine.user_count(); }); })
      .def_prop_ro("user_classes_count",
                   [](const MasterNode& node) {
                     return to_dict(node.read([](const auto& machine) { return machine.user_classes_count(); }));
                   })
      .def_prop_ro("target_user_classes_count",
                   [](const MasterNode& node) {
                     return to_dict(node.read([](const auto& machine) { return machine.target_user_classes_count(); }));
                   })
      .def_prop_ro(
          "worker_count",
          [](const MasterNode& node) { return node.read([](const auto& machine) { return machine.worker_count(); }); })
      .def_prop_ro("ready_count", [](const MasterNode& node) {
        return node.read([](const auto& machine) { return machine.ready_count(); });
      });
}

void bind_master(nb::module_& m) {
  nb::class_<MasterNode> master(m, "MasterNode", "The master of a swarm, on the control thread.");
  master
      .def(nb::new_(&make_master), "host"_a, "port"_a, "version"_a, "is_headless"_a, "enables_rebalancing"_a,
           "join_secret"_a, "resume_file"_a, "report_wait"_a)
      .def_prop_ro("port", [](MasterNode& node) { return node.link().port(); })
      .def_prop_ro("descriptor", [](MasterNode& node) { return node.events().descriptor(); })
      .def("take", &take<MasterNode>, "What has happened since the last call, in order: (name, values …).")
      .def("begin_test",
           [](MasterNode& node) {
             node.post([](cluster::Master& machine) { return machine.begin_test(app::this_moment()); });
           })
      .def("start", &start, "users"_a, "spawn_rate"_a, "classes"_a.none(), "user_classes"_a, "host"_a.none(),
           "stop_timeout"_a.none(), "parsed_options"_a, "is_dealt_elsewhere"_a)
      .def("deal", &deal, "shares"_a, "[(worker id, [(class name, users)])], after a start that is dealt elsewhere.")
      .def("dealt",
           [](MasterNode& node) {
             node.post([](cluster::Master& machine) { return machine.dealt(app::this_moment()); });
           })
      .def(
          "stop",
          [](MasterNode& node, bool tells_workers) {
            node.post([=](cluster::Master& machine) { return machine.stop(app::this_moment(), tells_workers); });
          },
          "tells_workers"_a = true)
      .def("quit",
           [](MasterNode& node) {
             node.post([](cluster::Master& machine) { return machine.quit(app::this_moment()); });
           })
      .def("shape_started",
           [](MasterNode& node) { node.post([](cluster::Master& machine) { return machine.shape_started(); }); })
      .def("reset_statistics",
           [](MasterNode& node) {
             node.post([](cluster::Master& machine) { return machine.reset_statistics(app::this_moment()); });
           })
      .def(
          "send_custom",
          [](MasterNode& node, std::string type, const nb::bytes& data, std::optional<std::string> client_id) {
            node.post([type = std::move(type), data = to_string(data), client_id = std::move(client_id)](
                          cluster::Master& machine) { return machine.send_custom(type, data, client_id); });
          },
          "type"_a, "data"_a, "client_id"_a.none())
      .def(
          "update_user_class",
          [](MasterNode& node, const ClassRow& edited, const nb::bytes& data) {
            node.post([edited = to_classes({edited}).front(), data = to_string(data)](cluster::Master& machine) {
              return machine.update_user_class(edited, data);
            });
          },
          "edited"_a, "data"_a)
      .def(
          "set_listeners",
          [](MasterNode& node, bool wants_reports, bool wants_heartbeats) {
            node.post([=](cluster::Master& machine) {
              machine.set_listeners(wants_reports, wants_heartbeats);
              return cluster::MasterActions{};
            });
          },
          "wants_reports"_a, "wants_heartbeats"_a)
      .def(
          "set_rebalancing",
          [](MasterNode& node, bool enabled) {
            node.post([=](cluster::Master& machine) {
              machine.set_rebalancing(enabled);
              return cluster::MasterActions{};
            });
          },
          "enabled"_a)
      .def(
          "set_locustfiles",
          [](MasterNode& node, const nb::bytes& data) {
            node.post([data = to_string(data)](cluster::Master& machine) {
              machine.set_locustfiles(data);
              return cluster::MasterActions{};
            });
          },
          "data"_a)
      .def(
          "set_shipment",
          [](MasterNode& node, const nb::bytes& archive, std::string sha256, std::string problem) {
            node.post([shipment = cluster::Shipment{to_string(archive), std::move(sha256), std::move(problem)}](
                          cluster::Master& machine) mutable {
              machine.set_shipment(std::move(shipment));
              return cluster::MasterActions{};
            });
          },
          "archive"_a, "sha256"_a, "problem"_a, "What acrida's own workers get with -f -, or why they get nothing.")
      .def("close", &MasterNode::close, nb::call_guard<nb::gil_scoped_release>());
  bind_master_views(master);
  bind_own_requests(master);
}

// ---- worker

std::shared_ptr<WorkerNode> make_worker(const std::string& host, int port, std::string client_id, std::string version,
                                        std::string software, const std::string& join_secret, int connect_retries,
                                        double connect_wait, double report_interval, double heartbeat_interval,
                                        double log_interval, double silence_limit, double wait_before_ready) {
  cluster::WorkerSettings settings;
  settings.client_id = std::move(client_id);
  settings.version = std::move(version);
  settings.software = std::move(software);
  settings.join_secret = join_secret;
  settings.connect_retries = connect_retries;
  settings.connect_wait = base::from_seconds(connect_wait);
  settings.report_interval = base::from_seconds(report_interval);
  settings.heartbeat_interval = base::from_seconds(heartbeat_interval);
  settings.log_interval = base::from_seconds(log_interval);
  settings.silence_limit = base::from_seconds(silence_limit);
  settings.wait_before_ready = base::from_seconds(wait_before_ready);
  return app::make_worker_node(control_loop(), host, port, std::move(settings));
}

// Takes what was counted out of the statistics and sends it.
void on_report(WorkerNode& node, std::uint64_t number, stats::RequestStats& statistics, double now, Counts user_classes,
               const nb::bytes& extra, std::size_t extra_pairs, std::uint64_t run) {
  cluster::Taken taken = cluster::take_out(statistics, now);
  taken.user_classes = std::move(user_classes);
  taken.extra = to_string(extra);
  taken.extra_pairs = extra_pairs;
  taken.run = run;
  node.post([number, taken = std::move(taken)](cluster::Worker& worker) {
    return worker.on_report(number, taken, app::this_moment());
  });
}

// Says something that the next heartbeat or report tells.
template <class Note>
void note(WorkerNode& node, Note take_note) {
  node.post([take_note = std::move(take_note)](cluster::Worker& worker) mutable {
    take_note(worker);
    return cluster::WorkerActions{};
  });
}

void bind_worker(nb::module_& m) {
  nb::class_<WorkerNode>(m, "WorkerNode", "A worker of a swarm, on the control thread.")
      .def(nb::new_(&make_worker), "host"_a, "port"_a, "client_id"_a, "version"_a, "software"_a, "join_secret"_a,
           "connect_retries"_a, "connect_wait"_a, "report_interval"_a, "heartbeat_interval"_a, "log_interval"_a,
           "silence_limit"_a, "wait_before_ready"_a)
      .def("begin",
           [](WorkerNode& node) {
             node.start([](cluster::Worker& worker) { return worker.begin(app::this_moment()); });
           })
      .def_prop_ro("descriptor", [](WorkerNode& node) { return node.events().descriptor(); })
      .def("take", &take<WorkerNode>, "What has happened since the last call, in order: (name, values …).")
      .def("on_report", &on_report, "number"_a, "statistics"_a, "now"_a, "user_classes"_a, "extra"_a, "extra_pairs"_a,
           "run"_a)
      .def(
          "report_now",
          [](WorkerNode& node) {
            node.post([](cluster::Worker& worker) { return worker.report_now(app::this_moment()); });
          },
          "take_report comes before its time.")
      .def(
          "master_encrypts",
          [](WorkerNode& node) {
            node.post([](cluster::Worker& worker) { return worker.on_master_encrypts(app::this_moment()); });
          },
          "The answer to look_at_master: it is a master with a join secret.")
      .def(
          "batch_applied",
          [](WorkerNode& node, std::uint64_t number, Counts counts) {
            node.post([number, counts = std::move(counts)](cluster::Worker& worker) {
              return worker.batch_applied(number, counts, app::this_moment());
            });
          },
          "number"_a, "counts"_a)
      .def(
          "users_stopped",
          [](WorkerNode& node, std::uint64_t number) {
            node.post([number](cluster::Worker& worker) { return worker.users_stopped(number, app::this_moment()); });
          },
          "number"_a)
      .def(
          "set_users",
          [](WorkerNode& node, Counts counts) {
            note(node, [counts = std::move(counts)](cluster::Worker& worker) { worker.set_users(counts); });
          },
          "counts"_a)
      .def(
          "set_usage",
          [](WorkerNode& node, double cpu_percent, std::int64_t memory_bytes) {
            note(node, [=](cluster::Worker& worker) { worker.set_usage(cpu_percent, memory_bytes); });
          },
          "cpu_percent"_a, "memory_bytes"_a)
      .def("is_alive", &WorkerNode::owner_is_alive, "The hub runs; to be said every half second.")
      .def(
          "set_counted",
          [](WorkerNode& node, std::int64_t requests) {
            note(node, [=](cluster::Worker& worker) { worker.set_counted(requests); });
          },
          "requests"_a)
      .def(
          "add_log_line",
          [](WorkerNode& node, std::string line) {
            note(node, [line = std::move(line)](cluster::Worker& worker) { worker.add_log_line(line); });
          },
          "line"_a)
      .def(
          "send_exception",
          [](WorkerNode& node, std::string message, std::string traceback, std::int64_t count) {
            node.post([exception = cluster::TaskException{std::move(message), std::move(traceback), count}](
                          cluster::Worker& worker) { return worker.send_exception(exception); });
          },
          "message"_a, "traceback"_a, "count"_a = 1)
      .def(
          "send_custom",
          [](WorkerNode& node, std::string type, const nb::bytes& data) {
            node.post([type = std::move(type), data = to_string(data)](cluster::Worker& worker) {
              return worker.send_custom(type, data);
            });
          },
          "type"_a, "data"_a)
      .def("quit",
           [](WorkerNode& node) { node.post([](cluster::Worker& worker) { return worker.quit(app::this_moment()); }); })
      .def_prop_ro("is_connected",
                   [](const WorkerNode& node) {
                     return node.read([](const cluster::Worker& worker) { return worker.is_connected(); });
                   })
      .def_prop_ro("is_extended",
                   [](const WorkerNode& node) {
                     return node.read([](const cluster::Worker& worker) { return worker.is_extended(); });
                   })
      .def("close", &WorkerNode::close, nb::call_guard<nb::gil_scoped_release>());
}

}  // namespace

void bind_cluster(nb::module_& m) {
  m.def(
      "sign_join",
      [](std::string secret, std::string_view role, std::string_view challenge, std::string_view worker_id) {
        return cluster::JoinSecret(std::move(secret), {}).sign(role, challenge, worker_id);
      },
      "secret"_a, "role"_a, "challenge"_a, "worker_id"_a, "Proof that this node knows the join secret.");
  m.def("master_public_key", &app::ZmqLink::master_public_key, "secret"_a,
        "The public key (Z85) of a master with that join secret.");
  nb::register_exception_translator(translate_link_error);
  nb::class_<SwarmRow>(m, "SwarmRow", "A row of the statistics of a swarm.")
      .def("put_into", &put_into, "statistics"_a, "is_total"_a)
      .def_prop_ro("name_and_method", &name_and_method, "Of an entry.");
  bind_master(m);
  bind_worker(m);
}

}  // namespace acrida::python
