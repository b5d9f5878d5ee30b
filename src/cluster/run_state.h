#pragma once

#include <string_view>

#include "load/run_state.h"

namespace acrida::cluster {

using load::RunState;
using load::text;

// A worker's node has one more, and whatever else a worker of another make may call its own state.
inline constexpr std::string_view kMissing = "missing";

}  // namespace acrida::cluster
