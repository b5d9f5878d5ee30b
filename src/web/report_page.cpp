#include "web/report_page.h"

#include <fmt/core.h>

#include <array>
#include <cmath>

#include "report/text.h"

namespace acrida::web {

namespace {

constexpr std::array kPercentiles = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0};

// "1 hour, 2 minutes and 5 seconds".
std::string duration_text(double seconds) {
  static constexpr std::array<std::pair<const char*, long>, 4> kUnits = {
      {{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}}};
  long left = std::lround(seconds);
  std::vector<std::string> parts;
  for (const auto& [unit, size] : kUnits) {
    const long count = left / size;
    left %= size;
    if (count > 0) parts.push_back(fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s"));
  }
  if (parts.empty()) return "0 seconds";
  std::string text = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) text += (i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

Json response_times(const Picture& picture) {
  Json list = Json::array();
  const auto add = [&](const report::Row& row) {
    if (row.buckets.empty()) return;
    Json json = {{"name", row.name}, {"method", row.method}};
    for (const double p : kPercentiles) json[report::float_text(p)] = bucket(row.percentile(p));
    list.push_back(std::move(json));
  };
  for (const report::Row& row : picture.rows) add(row);
  add(picture.total);
  return list;
}

}  // namespace

Json report_data(const ReportInput& input) {
  const Picture& picture = input.picture;
  Json rows = Json::array(), failures = Json::array();
  for (const report::Row& row : picture.rows)
    rows.push_back(row_json(row, picture.has_requests, input.percentiles.statistics));
  rows.push_back(row_json(picture.total, picture.has_requests, input.percentiles.statistics));
  for (const stats::ErrorCopy& error : picture.errors) failures.push_back(error_json(error));
  const double ended_at = picture.last_request_at;
  const auto host = value_or<std::string>(input.status, "host", "");
  return {
      {"is_report", true},
      {"requests_statistics", std::move(rows)},
      {"failures_statistics", std::move(failures)},
      {"exceptions_statistics", input.exceptions.is_array() ? input.exceptions : Json::array()},
      {"response_time_statistics", response_times(picture)},
      {"start_time", report::utc_text(picture.started_at)},
      {"end_time", report::utc_text(ended_at)},
      {"duration", duration_text(ended_at - picture.started_at)},
      {"host", host.empty() ? "None" : host},
      {"history", history_json(input.history)},
      {"show_download_link", input.shows_download_link},
      {"locustfile", value_or<std::string>(input.status, "locustfile", "")},
      {"tasks", input.tasks},
      {"percentiles_to_chart", input.percentiles.chart},
      {"percentiles_to_statistics", input.percentiles.statistics},
      {"profile", member_or_null(input.status, "profile")},
  };
}

}  // namespace acrida::web
