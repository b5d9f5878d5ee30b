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
#include "python/swarm_values.h"
#include "stats/request_stats.h"

namespace nb = nanobind;
using namespace nb::literals;

// The worker as Python's runner sees it: commands go in, take() brings what has happened, in order.
namespace acrida::python {

namespace {

using app::WorkerNode;

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

void bind_notes(nb::class_<WorkerNode>& type) {
  type.def(
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
          "line"_a);
}

}  // namespace

void bind_worker(nb::module_& m) {
  nb::class_<WorkerNode> type(m, "WorkerNode", "A worker of a swarm, on the control thread.");
  type.def(nb::new_(&make_worker), "host"_a, "port"_a, "client_id"_a, "version"_a, "software"_a, "join_secret"_a,
           "connect_retries"_a, "connect_wait"_a, "report_interval"_a, "heartbeat_interval"_a, "log_interval"_a,
           "silence_limit"_a, "wait_before_ready"_a)
      .def("begin",
           [](WorkerNode& node) {
             node.start([](cluster::Worker& worker) { return worker.begin(app::this_moment()); });
           })
      .def_prop_ro("descriptor", [](WorkerNode& node) { return node.events().descriptor(); })
      .def("take", nb::overload_cast<WorkerNode&>(&take),
           "What has happened since the last call, in order: (name, values …).")
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
          "send_exception",
          [](WorkerNode& node, std::string message, std::string traceback, std::int64_t count) {
            node.post([exception = cluster::TaskException{std::move(message), std::move(traceback), count}](
                          cluster::Worker& worker) { return worker.send_exception(exception); });
          },
          "message"_a, "traceback"_a, "count"_a = 1)
      .def(
          "send_custom",
          [](WorkerNode& node, std::string kind, const nb::bytes& data) {
            node.post([kind = std::move(kind), data = to_string(data)](cluster::Worker& worker) {
              return worker.send_custom(kind, data);
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
  bind_notes(type);
}

}  // namespace acrida::python
