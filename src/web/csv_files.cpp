#include "web/csv_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <tuple>

#include "report/csv.h"

namespace acrida::web {

std::string requests_csv(const Picture& picture, const std::vector<double>& percentiles) {
  std::string text = report::csv_line(report::stats_csv_head(percentiles));
  for (const report::Row& row : picture.rows) text += report::csv_line(report::stats_csv_row(row, percentiles));
  return text + report::csv_line(report::stats_csv_row(picture.total, percentiles));
}

std::string failures_csv(const Picture& picture) {
  std::string text = report::csv_line(report::failures_csv_head());
  for (const stats::ErrorCopy& error : picture.errors) {
    stats::ErrorRecord record(error.method, error.name, error.text);
    record.occurrences.set(error.occurrences);
    record.first_seen.set(error.first_seen);
    record.last_seen.set(error.last_seen);
    text += report::csv_line(report::failures_csv_row(record));
  }
  return text;
}

std::string exceptions_csv(const Json& exceptions) {
  std::string text = report::csv_line(report::exceptions_csv_head());
  for (const Json& each : exceptions.is_array() ? exceptions : Json::array())
    text += report::csv_line({std::to_string(value_or(each, "count", std::int64_t{0})),
                              value_or<std::string>(each, "msg", ""), value_or<std::string>(each, "traceback", ""),
                              value_or<std::string>(each, "nodes", "")});
  return text;
}

std::string download_name(double started_at, const Json& status, const std::string& kind, const std::string& suffix) {
  const auto seconds = static_cast<std::time_t>(started_at);
  std::tm local{};
  localtime_r(&seconds, &local);
  char moment[32];
  std::strftime(moment, sizeof moment, "%Y-%m-%d-%Hh%M", &local);
  std::string name = fmt::format("Locust_{}_{}", moment, value_or<std::string>(status, "locustfile", ""));
  if (const auto host = value_or<std::string>(status, "override_host", ""); !host.empty()) name += "_" + host;
  if (!kind.empty()) name += "_" + kind;
  // A header is one line, whatever the host is.
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return name + suffix;
}

}  // namespace acrida::web
