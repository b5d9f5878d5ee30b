#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "app/swarm_node.h"

// What masters and workers exchange with Python: counts, bytes, and what has happened.
namespace acrida::python {

using Counts = std::vector<std::pair<std::string, std::int64_t>>;
using ClassRow = std::tuple<std::string, double, std::int64_t>;  // name, weight, fixed count

inline std::string to_string(const nanobind::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }
inline nanobind::bytes to_bytes(const std::string& text) { return nanobind::bytes(text.data(), text.size()); }
nanobind::dict to_dict(const Counts& counts);

// What has happened since the last call, in order, as tuples: a name and its values.
nanobind::list take(app::MasterNode& node);
nanobind::list take(app::WorkerNode& node);

}  // namespace acrida::python
