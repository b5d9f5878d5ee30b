#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <chrono>
#include <future>

#include "python/number_caster.h"
#include "python/swarm_row.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {
namespace {

using app::MasterNode;
using cluster::Master;
using stats::RequestStats;
using OwnRows = cluster::SwarmStats::OwnRows;
using OwnError = cluster::SwarmStats::OwnError;
using OwnRequest = cluster::SwarmStats::OwnRequest;

using Promise = std::shared_ptr<std::promise<OwnRows>>;

// False if whoever was to keep the promise is gone.
bool is_there(const std::future<OwnRows>& answer, const Promise& promise) {
  nb::gil_scoped_release others_may_go_on;
  const auto comes_within = [&](int ms) {
    return answer.wait_for(std::chrono::milliseconds(ms)) == std::future_status::ready;
  };
  for (int tries = 0; tries < 50; ++tries) {
    if (comes_within(100)) return true;
    if (promise.use_count() == 1) return comes_within(0);
  }
  return false;
}

// Has command(machine, rows) carried out on the control thread, after all that was posted before, and waits for it:
// whoever fires a request finds it counted afterwards. False where the node has been closed.
template <class Command>
bool count(MasterNode& node, RequestStats& statistics, Command command, OwnRows& rows) {
  const Promise done = std::make_shared<std::promise<OwnRows>>();
  std::future<OwnRows> answer = done->get_future();
  node.post([done, command = std::move(command)](Master& machine) {
    OwnRows counted;
    cluster::MasterActions actions = command(machine, counted);
    done->set_value(std::move(counted));
    return actions;
  });
  if (!is_there(answer, done)) return false;
  rows = answer.get();
  put_into(SwarmRow{rows.total}, statistics, true);
  put_into(SwarmRow{rows.entry}, statistics, false);
  if (rows.error) put_into(SwarmRow{rows.error}, statistics, false);
  return true;
}

bool count_request(MasterNode& node, RequestStats& statistics, std::string method, std::string name,
                   std::optional<stats::Number> ms, stats::Number length, double now, std::optional<double> bucket) {
  OwnRows rows;
  OwnRequest request{std::move(method), std::move(name), ms, length, now, bucket};
  const auto command = [request = std::move(request)](Master& machine, OwnRows& counted) {
    return machine.count(request, counted);
  };
  return count(node, statistics, command, rows);
}

// Is the row of the error a new one? None where nothing was counted.
std::optional<bool> count_error(MasterNode& node, RequestStats& statistics, std::string method, std::string name,
                                std::string text, double now) {
  OwnRows rows;
  OwnError error{std::move(method), std::move(name), std::move(text), now};
  const auto command = [error = std::move(error)](Master& machine, OwnRows& counted) {
    return machine.count_error(error, counted);
  };
  const std::size_t before = statistics.errors().records().size();
  if (!count(node, statistics, command, rows)) return std::nullopt;
  return statistics.errors().records().size() != before;
}

}  // namespace

void put_into(const SwarmRow& row, RequestStats& statistics, bool is_total) {
  if (const auto* record = std::get_if<std::shared_ptr<stats::ErrorRecord>>(&row.row))
    return statistics.errors().put(*record);
  const auto& entry = std::get<std::shared_ptr<stats::Entry>>(row.row);
  if (is_total)
    statistics.current_epoch().put_total(entry);
  else
    statistics.current_epoch().put(entry);
}

void bind_own_requests(nb::class_<MasterNode>& master) {
  master.def("count_request", &count_request, "statistics"_a, "method"_a, "name"_a, "response_time"_a.none(),
             "content_length"_a, "now"_a, "bucket"_a.none(), "A request of the master's own. False: nobody counts.");
  master.def("count_error", &count_error, "statistics"_a, "method"_a, "name"_a, "text"_a, "now"_a,
             "A failure of the master's own: is its row new? None: nobody counts.");
}

}  // namespace acrida::python
