#pragma once

#include <vector>

#include "report/row_json.h"
#include "web/live_stats.h"
#include "web/run_view.h"

// Statistics as JSON, with Locust's names and types of numbers; pure.
namespace acrida::web {

// Which percentiles people want to see; from RunView's settings.
struct Percentiles {
  std::vector<double> chart, statistics, report;
  static Percentiles of(const Json& settings);
};

using report::error_json;
using report::percentile_key;
using report::row_json;
inline Json bucket(double ms) { return report::bucket_json(ms); }

Json point_json(const HistoryPoint& point);
Json history_json(const std::vector<HistoryPoint>& points);
// The answer of /series.
Json series_json(const Series& series);

// The answer of /stats/requests.
Json requests_json(const Picture& picture, const std::vector<std::optional<double>>& current_percentiles,
                   const Json& status, const Percentiles& percentiles);

}  // namespace acrida::web
