#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/row.h"

// Statistics as JSON, with Locust's names and types of numbers; pure.
namespace acrida::report {

using Json = nlohmann::json;

Json number_json(stats::Number number);
// A rounded response time: an int where it is whole.
Json bucket_json(double ms);
// "response_time_percentile_0.95".
std::string percentile_key(double p);

Json row_json(const Row& row, bool has_requests, const std::vector<double>& percentiles);
Json error_json(const stats::ErrorCopy& error);

// JSON that may stand inside <script>: one line, ASCII only, without '<'. Bytes that are not UTF-8 become U+FFFD.
std::string json_for_script(const Json& value);

}  // namespace acrida::report
