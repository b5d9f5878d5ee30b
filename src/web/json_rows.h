#pragma once

#include <vector>

#include "web/live_stats.h"
#include "web/run_view.h"

// Statistics as JSON, with Locust's names and types of numbers; pure.
namespace acrida::web {

// Which percentiles people want to see; from RunView's settings.
struct Percentiles {
  std::vector<double> chart, statistics, report;
  static Percentiles of(const Json& settings);
};

Json number(stats::Number number);
// A rounded response time: an int where it is whole.
Json bucket(double ms);
// "response_time_percentile_0.95".
std::string percentile_key(double p);

Json row_json(const report::Row& row, bool has_requests, const std::vector<double>& percentiles);
Json error_json(const stats::ErrorCopy& error);
Json point_json(const HistoryPoint& point);
Json history_json(const std::vector<HistoryPoint>& points);

// The answer of /stats/requests.
Json requests_json(const Picture& picture, const std::vector<std::optional<double>>& current_percentiles,
                   const Json& status, const Percentiles& percentiles);

}  // namespace acrida::web
