#pragma once

#include <string>
#include <string_view>

#include "acrida/export.h"
#include "acrida/json.h"

namespace acrida {

// A message of a scenario's own type: from another node of the swarm, or from this program itself if it runs alone.
struct Message {
  std::string type;
  Json data;
  std::string node_id;  // who sent it
};

// What this program is in a swarm.
enum class Role { Local, Master, Worker };
ACRIDA_API Role role();

// From a worker to its master; from a master to the worker of that id, or to all of them; without a swarm to the
// program's own listener (see Scenario::on_message). Any thread; does not wait, and may be lost with the connection.
// In a run of the Python program it is runner.send_message(), and its listeners may be in C++ or in Python.
// std::logic_error before there is a run.
ACRIDA_API void send_message(std::string_view type, const Json& data = {}, std::string_view node_id = {});

}  // namespace acrida
