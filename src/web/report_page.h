#pragma once

#include <vector>

#include "web/json_rows.h"
#include "web/live_stats.h"
#include "web/run_view.h"

namespace acrida::web {

struct ReportInput {
  const Picture& picture;
  const std::vector<HistoryPoint>& history;
  const Json& status;
  const Json& exceptions;
  const Json& tasks;
  const Percentiles& percentiles;
  bool shows_download_link;
};

// The data of the HTML report (`window.templateArgs` there); pure.
Json report_data(const ReportInput& input);

}  // namespace acrida::web
