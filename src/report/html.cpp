#include "report/html.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <utility>

#include "report/text.h"

namespace acrida::report {
namespace {

constexpr std::array kTimePercentiles = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0};
constexpr std::size_t kMostPoints = 1000;
constexpr std::string_view kMark = "<!--acrida:page-data-->";

Json response_times(const HtmlReport& report) {
  Json list = Json::array();
  const auto add = [&](const Row& row) {
    if (row.buckets.empty()) return;
    Json json = {{"name", row.name}, {"method", row.method}};
    for (const double p : kTimePercentiles) json[float_text(p)] = bucket_json(row.percentile(p));
    list.push_back(std::move(json));
  };
  for (const Row& row : report.rows) add(row);
  add(report.total);
  return list;
}

}  // namespace

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

Json thinned(const Json& list, std::size_t most) {
  if (list.size() <= most || most < 2) return list;
  Json kept = Json::array();
  const double step = static_cast<double>(list.size() - 1) / static_cast<double>(most - 1);
  for (std::size_t i = 0; i < most; ++i)
    kept.push_back(list[static_cast<std::size_t>(std::lround(static_cast<double>(i) * step))]);
  return kept;
}

Json report_data(const HtmlReport& report) {
  const bool has_requests = report.total.num_requests > 0;
  Json rows = Json::array(), failures = Json::array();
  for (const Row& row : report.rows) rows.push_back(row_json(row, has_requests, report.table_percentiles));
  rows.push_back(row_json(report.total, has_requests, report.table_percentiles));
  for (const stats::ErrorCopy& error : report.errors) failures.push_back(error_json(error));
  return {
      {"is_report", true},
      {"requests_statistics", std::move(rows)},
      {"failures_statistics", std::move(failures)},
      {"exceptions_statistics", report.exceptions},
      {"response_time_statistics", response_times(report)},
      {"start_time", utc_text(report.started_at)},
      {"end_time", utc_text(report.ended_at)},
      {"duration", duration_text(report.ended_at - report.started_at)},
      {"host", report.host.empty() ? "None" : report.host},
      {"history", thinned(report.history, kMostPoints)},
      {"show_download_link", report.shows_download_link},
      {"locustfile", report.locustfile},
      {"tasks", report.tasks},
      {"percentiles_to_chart", report.chart_percentiles},
      {"percentiles_to_statistics", report.table_percentiles},
      {"profile", report.profile ? Json(*report.profile) : Json()},
  };
}

std::string html_page(std::string page, const Json& data, bool is_dark) {
  const std::size_t at = page.find(kMark);
  if (at == std::string::npos) return page;
  return page.replace(at, kMark.size(),
                      fmt::format("<script>window.templateArgs={};window.theme=\"{}\";</script>", json_for_script(data),
                                  is_dark ? "dark" : "light"));
}

}  // namespace acrida::report
