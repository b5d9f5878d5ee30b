#pragma once

#include <string>
#include <vector>

#include "web/live_stats.h"
#include "web/run_view.h"

// The downloads; pure.
namespace acrida::web {

std::string requests_csv(const Picture& picture, const std::vector<double>& percentiles);
std::string failures_csv(const Picture& picture);
std::string exceptions_csv(const Json& exceptions);

// `Locust_2026-09-01-10h00_locustfile.py_https://shop.example_requests.csv`; local time, `kind` and host may be empty.
std::string download_name(double started_at, const Json& status, const std::string& kind, const std::string& suffix);

}  // namespace acrida::web
