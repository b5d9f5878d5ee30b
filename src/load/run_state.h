#pragma once

#include <string_view>

namespace acrida::load {

// Where a run is, for one process and for a swarm alike. A process alone stops its users in Cleanup, a master waits for
// its workers in Stopping.
enum class RunState { Ready, Spawning, Running, Cleanup, Stopping, Stopped };

// As heartbeats, the web API and people's scripts spell them.
constexpr std::string_view text(RunState state) {
  switch (state) {
    case RunState::Ready:
      return "ready";
    case RunState::Spawning:
      return "spawning";
    case RunState::Running:
      return "running";
    case RunState::Cleanup:
      return "cleanup";
    case RunState::Stopping:
      return "stopping";
    case RunState::Stopped:
      break;
  }
  return "stopped";
}

}  // namespace acrida::load
