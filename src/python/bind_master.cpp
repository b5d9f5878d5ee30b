#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "app/make_node.h"
#include "app/swarm_node.h"
#include "python/control.h"
#include "python/swarm_row.h"
#include "python/swarm_values.h"

namespace nb = nanobind;
using namespace nb::literals;

// The master as Python's runner sees it: commands go in, take() brings what has happened, in order.
namespace acrida::python {

namespace {

using app::MasterNode;

std::vector<load::UserClass> to_classes(const std::vector<ClassRow>& rows) {
  std::vector<load::UserClass> classes;
  for (const auto& [name, weight, fixed_count] : rows) classes.push_back({name, weight, fixed_count});
  return classes;
}

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

void bind_views(nb::class_<MasterNode>& type) {
  type.def_prop_ro("state",
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

// Changes what the master does from now on.
template <class Change>
void change(MasterNode& node, Change change_it) {
  node.post([change_it = std::move(change_it)](cluster::Master& machine) mutable {
    change_it(machine);
    return cluster::MasterActions{};
  });
}

// The life of a run.
void bind_run(nb::class_<MasterNode>& type) {
  type.def("begin_test",
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
      .def("reset_statistics", [](MasterNode& node) {
        node.post([](cluster::Master& machine) { return machine.reset_statistics(app::this_moment()); });
      });
}

// What is said to workers in between.
void bind_messages_to_workers(nb::class_<MasterNode>& type) {
  type.def(
          "send_custom",
          [](MasterNode& node, std::string kind, const nb::bytes& data, std::optional<std::string> client_id) {
            node.post([kind = std::move(kind), data = to_string(data), client_id = std::move(client_id)](
                          cluster::Master& machine) { return machine.send_custom(kind, data, client_id); });
          },
          "type"_a, "data"_a, "client_id"_a.none())
      .def(
          "update_user_class",
          [](MasterNode& node, const ClassRow& edited, const nb::bytes& data) {
            node.post([edited = to_classes({edited}).front(), data = to_string(data)](cluster::Master& machine) {
              return machine.update_user_class(edited, data);
            });
          },
          "edited"_a, "data"_a);
}

void bind_settings(nb::class_<MasterNode>& type) {
  type.def(
          "set_listeners",
          [](MasterNode& node, bool wants_reports, bool wants_heartbeats) {
            change(node, [=](cluster::Master& machine) { machine.set_listeners(wants_reports, wants_heartbeats); });
          },
          "wants_reports"_a, "wants_heartbeats"_a)
      .def(
          "set_locustfiles",
          [](MasterNode& node, const nb::bytes& data) {
            change(node, [data = to_string(data)](cluster::Master& machine) { machine.set_locustfiles(data); });
          },
          "data"_a)
      .def(
          "set_shipment",
          [](MasterNode& node, const nb::bytes& archive, std::string sha256, std::string problem) {
            change(node, [shipment = cluster::Shipment{to_string(archive), std::move(sha256), std::move(problem)}](
                             cluster::Master& machine) mutable { machine.set_shipment(std::move(shipment)); });
          },
          "archive"_a, "sha256"_a, "problem"_a, "What acrida's own workers get with -f -, or why they get nothing.");
}

}  // namespace

void bind_master(nb::module_& m) {
  nb::class_<MasterNode> type(m, "MasterNode", "The master of a swarm, on the control thread.");
  type.def(nb::new_(&make_master), "host"_a, "port"_a, "version"_a, "is_headless"_a, "enables_rebalancing"_a,
           "join_secret"_a, "resume_file"_a, "report_wait"_a)
      .def_prop_ro("port", [](MasterNode& node) { return node.link().port(); })
      .def_prop_ro("descriptor", [](MasterNode& node) { return node.events().descriptor(); })
      .def("take", nb::overload_cast<MasterNode&>(&take),
           "What has happened since the last call, in order: (name, values …).")
      .def("close", &MasterNode::close, nb::call_guard<nb::gil_scoped_release>());
  bind_run(type);
  bind_messages_to_workers(type);
  bind_settings(type);
  bind_views(type);
  bind_own_requests(type);
}

}  // namespace acrida::python
