#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <variant>

#include "app/swarm_node.h"
#include "stats/request_stats.h"

namespace acrida::python {

// A row of the swarm's statistics, for Python to put where its runner's statistics are. The machine goes on counting in
// it, on the control thread.
struct SwarmRow {
  std::variant<std::shared_ptr<stats::Entry>, std::shared_ptr<stats::ErrorRecord>> row;
};
void put_into(const SwarmRow& row, stats::RequestStats& statistics, bool is_total);

// Requests that a master's own listeners fire.
void bind_own_requests(nanobind::class_<app::MasterNode>& master);

}  // namespace acrida::python
