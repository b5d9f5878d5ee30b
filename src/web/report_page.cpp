#include "web/report_page.h"

#include "report/html.h"

namespace acrida::web {

Json report_data(const ReportInput& input) {
  const Picture& picture = input.picture;
  report::HtmlReport report;
  report.rows = picture.rows;
  report.total = picture.total;
  report.errors = picture.errors;
  if (input.exceptions.is_array()) report.exceptions = input.exceptions;
  report.history = history_json(input.history);
  report.tasks = input.tasks;
  report.started_at = picture.started_at;
  report.ended_at = picture.last_request_at;
  report.host = value_or<std::string>(input.status, "host", "");
  report.locustfile = value_or<std::string>(input.status, "locustfile", "");
  if (const Json& profile = member_or_null(input.status, "profile"); profile.is_string()) report.profile = profile;
  report.chart_percentiles = input.percentiles.chart;
  report.table_percentiles = input.percentiles.statistics;
  report.shows_download_link = input.shows_download_link;
  return report::report_data(report);
}

}  // namespace acrida::web
