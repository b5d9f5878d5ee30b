#pragma once

#include <string>

#include "web/live_stats.h"
#include "web/run_view.h"

namespace acrida::web {

// The run in Prometheus' text format 0.0.4: counters per name, response times as histograms (seconds), users by class,
// workers, the generator's own lag. `hub_lag_seconds`: how late Python is now.
std::string metrics_text(LiveStats& statistics, const Json& status, double hub_lag_seconds);

}  // namespace acrida::web
