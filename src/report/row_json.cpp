#include "report/row_json.h"

#include <cmath>
#include <cstdint>

#include "report/text.h"

namespace acrida::report {
namespace {

// Half up, and a float in any case.
double rounded(double value) { return std::floor(value + 0.5); }

Json moment_or_null(double epoch_seconds) { return epoch_seconds == 0 ? Json() : Json(epoch_seconds); }

}  // namespace

Json number_json(stats::Number number) {
  return number.is_int ? Json(static_cast<std::int64_t>(number.value)) : Json(number.value);
}

Json bucket_json(double ms) {
  const auto whole = static_cast<std::int64_t>(ms);
  return static_cast<double>(whole) == ms ? Json(whole) : Json(ms);
}

std::string percentile_key(double p) { return "response_time_percentile_" + float_text(p); }

// Field by field, since a braced list of so many would be copied: this runs for every changed row once a second.
Json row_json(const Row& row, bool has_requests, const std::vector<double>& percentiles) {
  Json::object_t json;
  json.emplace("method", row.method);
  json.emplace("name", row.name);
  json.emplace("num_requests", row.num_requests);
  json.emplace("num_failures", row.num_failures);
  json.emplace("min_response_time", row.timed_requests == 0 ? Json(0) : Json(rounded(row.min_ms.value)));
  json.emplace("max_response_time", rounded(row.max_ms.value));
  json.emplace("current_rps", has_requests ? Json(row.current_rps) : Json(0));
  json.emplace("current_fail_per_sec", has_requests ? Json(row.current_failures_per_second) : Json(0));
  json.emplace("avg_response_time", row.average_ms);
  json.emplace("median_response_time", number_json(row.median_ms));
  json.emplace("total_rps", row.total_rps);
  json.emplace("total_fail_per_sec", row.total_failures_per_second);
  json.emplace("avg_content_length", number_json(row.average_length));
  for (const double p : percentiles) json.insert_or_assign(percentile_key(p), bucket_json(row.percentile(p)));
  return json;
}

Json error_json(const stats::ErrorCopy& error) {
  return {{"method", error.method},
          {"name", error.name},
          {"error", error.text},
          {"occurrences", error.occurrences},
          {"first_seen", moment_or_null(error.first_seen)},
          {"last_seen", moment_or_null(error.last_seen)}};
}

std::string json_for_script(const Json& value) {
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text)  // neither "</script>" nor "<!--" may appear
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  return safe;
}

}  // namespace acrida::report
