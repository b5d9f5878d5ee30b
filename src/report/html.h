#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/row_json.h"

// The HTML report: one file with its data inside, as JSON that scripts can read back. Pure.
namespace acrida::report {

struct HtmlReport {
  std::vector<Row> rows;
  Row total;
  std::vector<stats::ErrorCopy> errors;
  Json exceptions = Json::array();      // [{count, msg, traceback, nodes}]
  Json history = Json::array();         // points of the charts
  Json tasks = Json::object();          // {per_class, total}
  double started_at = 0, ended_at = 0;  // epoch seconds
  std::string host, locustfile;
  std::optional<std::string> profile;
  std::vector<double> chart_percentiles, table_percentiles;
  bool shows_download_link = false;
};

// `window.templateArgs` of the report.
Json report_data(const HtmlReport& report);

// "1 hour, 2 minutes and 5 seconds"; "0 seconds".
std::string duration_text(double seconds);

// At most `most` elements, evenly chosen, the first and the last among them.
Json thinned(const Json& list, std::size_t most);

// The built page (webui's report.html) with the data in the place of its mark. A page without the mark comes back as it
// is.
std::string html_page(std::string page, const Json& data, bool is_dark);

}  // namespace acrida::report
