#include "web/json_rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/text.h"

namespace acrida::web {

namespace {

// As in the original; who has more looks at the CSV file or at the stream of events.
constexpr std::size_t kMostRows = 500;

std::vector<double> numbers(const Json& settings, const char* name, std::vector<double> fallback) {
  const Json& list = member_or_null(settings, name);
  if (!list.is_array()) return fallback;
  std::vector<double> found;
  for (const Json& each : list)
    if (each.is_number()) found.push_back(each.get<double>());
  return found;
}

}  // namespace

Percentiles Percentiles::of(const Json& settings) {
  return {
      numbers(settings, "percentiles_to_chart", {0.5, 0.95}),
      numbers(settings, "percentiles_to_statistics", {0.95, 0.99}),
      numbers(settings, "percentiles_to_report", {0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0})};
}

Json point_json(const HistoryPoint& point) {
  const std::string at = report::utc_text(point.at);
  Json json = {
      {"time", at},
      {"current_rps", {at, point.rps}},
      {"current_fail_per_sec", {at, point.failures_per_second}},
      {"total_avg_response_time", {at, std::floor(point.average_ms * 100 + 0.5) / 100}},
      {"user_count", {at, point.user_count}},
  };
  for (const auto& [p, ms] : point.percentiles) json[percentile_key(p)] = {at, bucket(ms)};
  return json;
}

Json history_json(const std::vector<HistoryPoint>& points) {
  Json list = Json::array();
  for (const HistoryPoint& point : points) list.push_back(point_json(point));
  return list;
}

Json series_json(const Series& series) {
  Json points = Json::array(), times = Json::array();
  for (const Series::Rates& each : series.rates)
    points.push_back({{"time", each.second}, {"rps", each.rps}, {"fail_per_sec", each.failures_per_second}});
  for (const auto& [second, ms] : series.times) {
    Json point = {{"time", second}};
    for (std::size_t i = 0; i < ms.size(); ++i) point[report::float_text(series.percentiles[i])] = bucket(ms[i]);
    times.push_back(std::move(point));
  }
  return {{"points", std::move(points)},
          {"seconds_per_point", series.seconds_per_point},
          {"response_times", std::move(times)}};
}

namespace {

Json without_runner() {
  return {{"stats", Json::array()},
          {"errors", Json::array()},
          {"total_rps", 0.0},
          {"total_fail_per_sec", 0.0},
          {"fail_ratio", 0.0},
          {"current_response_time_percentile_1", nullptr},
          {"current_response_time_percentile_2", nullptr},
          {"state", "missing"},
          {"user_count", 0}};
}

}  // namespace

Json requests_json(const Picture& picture, const std::vector<std::optional<double>>& current_percentiles,
                   const Json& status, const Percentiles& percentiles) {
  if (value_or<std::string>(status, "state", "missing") == "missing") return without_runner();
  Json rows = Json::array();
  for (std::size_t i = 0; i < std::min(picture.rows.size(), kMostRows); ++i)
    rows.push_back(row_json(picture.rows[i], picture.has_requests, percentiles.statistics));
  Json total = row_json(picture.total, picture.has_requests, percentiles.statistics);
  Json json = {
      {"current_rps", total["current_rps"]},
      {"current_fail_per_sec", total["current_fail_per_sec"]},
      {"total_rps", total["total_rps"]},
      {"total_fail_per_sec", total["total_fail_per_sec"]},
      {"fail_ratio", picture.total.fail_ratio},
      {"state", status["state"]},
      {"user_count", value_or(status, "user_count", 0)},
  };
  rows.push_back(std::move(total));
  json["stats"] = std::move(rows);
  Json errors = Json::array();
  for (std::size_t i = 0; i < std::min(picture.errors.size(), kMostRows); ++i)
    errors.push_back(error_json(picture.errors[i]));
  json["errors"] = std::move(errors);
  Json& current = json["current_response_time_percentiles"] = Json::object();
  for (std::size_t i = 0; i < percentiles.chart.size(); ++i)
    current[percentile_key(percentiles.chart[i])] =
        i < current_percentiles.size() && current_percentiles[i] ? bucket(*current_percentiles[i]) : Json();
  if (value_or(status, "is_distributed", false)) {
    // Locust's five fields and what we know besides, as in the stream of events.
    const Json& workers = member_or_null(status, "workers");
    json["workers"] = workers.is_array() ? workers : Json::array();
    json["worker_count"] = value_or(status, "worker_count", 0);
  }
  return json;
}

}  // namespace acrida::web
