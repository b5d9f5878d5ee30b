#pragma once

#include <string_view>

namespace acrida::cluster {

enum class RunState { Ready, Spawning, Running, Cleanup, Stopping, Stopped };

// As heartbeats, the web API and people's tests spell them. A worker's node has one more, kMissing, and whatever else
// a worker of another make may call its own state.
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
inline constexpr std::string_view kMissing = "missing";

}  // namespace acrida::cluster
