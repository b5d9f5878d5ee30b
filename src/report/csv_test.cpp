#include "report/csv.h"

#include <doctest/doctest.h>

#include "report/json.h"
#include "report/text.h"
#include "stats/request_stats.h"

using namespace acrida::report;
using acrida::stats::Entry;
using acrida::stats::Number;

namespace {

constexpr double kStart = 1'790'000'000.25;
const std::vector<double> kPercentiles = {0.5, 0.95, 1.0};

std::string joined(const Fields& fields) {
  const std::string line = csv_line(fields);
  return line.substr(0, line.size() - 2);
}

}  // namespace

TEST_CASE("floats are written as Python writes them") {
  CHECK(float_text(12.345) == "12.345");
  CHECK(float_text(0) == "0.0");
  CHECK(float_text(-2) == "-2.0");
  CHECK(float_text(4.629430198198982) == "4.629430198198982");
  CHECK(float_text(1e15) == "1000000000000000.0");
  CHECK(float_text(1e16) == "1e+16");
  CHECK(float_text(0.0001) == "0.0001");
  CHECK(float_text(0.00001) == "1e-05");
  CHECK(float_text(1.0 / 3) == "0.3333333333333333");
}

TEST_CASE("percentiles have short labels") {
  CHECK(percentile_label(0.5) == "50%");
  CHECK(percentile_label(0.999) == "99.9%");
  CHECK(percentile_label(0.9999) == "99.99%");
  CHECK(percentile_label(1.0) == "100%");
  CHECK(percentile_label(0.29) == "29.0%");
  CHECK(percentile_label(0.123456789) == "12.345679%");
}

TEST_CASE("a row of the statistics file has exact times and rates of the whole run") {
  Entry entry("GET", "/cart", kStart, false);
  for (int i = 0; i < 4; ++i) entry.log_here(Number{12.345, false}, {10, true}, kStart + i);
  const Row row = make_row(entry, {kStart, kStart + 3});
  CHECK(joined(stats_csv_row(row, kPercentiles)) ==
        "GET,/cart,4,0,12.345,12.345,12.345,12.345,10.0,1.3333333333333333,0.0,12,12,12");
}

TEST_CASE("a row without requests has no percentiles") {
  const Row row = make_row(Entry("", "Aggregated", kStart, false), {kStart, std::nullopt});
  CHECK(joined(stats_csv_row(row, kPercentiles)) == ",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A");
}

TEST_CASE("a row of the history has six decimals and may carry percentiles of the last seconds") {
  Entry entry("GET", "/cart", kStart, false);
  for (int i = 0; i < 13; ++i) entry.log_here(Number{12, true}, {10, true}, kStart + i);
  const Row row = make_row(entry, {kStart, kStart + 12});
  CHECK(joined(history_csv_row(row, 1'790'000'012, 2, kPercentiles)) ==
        "1790000012,2,GET,/cart,1.000000,0.000000,12,12,12,13,0,12,12.0,12,12,10.0");
  CHECK(joined(history_csv_row(row, 1'790'000'012, 2, kPercentiles, {{7.9, 8.0, 9.0}})) ==
        "1790000012,2,GET,/cart,1.000000,0.000000,7,8,9,13,0,12,12.0,12,12,10.0");
}

TEST_CASE("failures say when they were seen") {
  acrida::stats::ErrorRecord record("GET", "/x", "ValueError('a, \"b\"')");
  record.occurred(1'790'000'003.9);
  CHECK(joined(failures_csv_row(record)) ==
        "GET,/x,\"ValueError('a, \"\"b\"\"')\",1,2026-09-21T14:13:23Z,2026-09-21T14:13:23Z");
}

TEST_CASE("fields are quoted only where a reader would stumble") {
  CHECK(csv_line({"a b", "c,d", "e\nf", "g\"h", ""}) == "a b,\"c,d\",\"e\nf\",\"g\"\"h\",\r\n");
}

TEST_CASE("the median stays within what really occurred") {
  Entry entry("GET", "/", kStart, false);
  entry.log_here(Number{1470.6, false}, {}, kStart);
  CHECK(make_row(entry, {}).median_ms == Number{1470.6, false});
}

TEST_CASE("JSON has the entries that were used, ASCII only") {
  acrida::stats::RequestStats stats(false, kStart);
  stats.find_or_create("GET", "/unused", kStart);
  stats.log_request("GET", "/\"ü😀\n", Number{5.5, false}, {7, true}, kStart + 1);
  CHECK(stats_json(stats.current_epoch().entries()) == R"([
    {
        "name": "/\"\u00fc\ud83d\ude00\n",
        "method": "GET",
        "last_request_timestamp": 1790000001.25,
        "start_time": 1790000001.25,
        "num_requests": 1,
        "num_none_requests": 0,
        "num_failures": 0,
        "total_response_time": 5.5,
        "max_response_time": 5.5,
        "min_response_time": 5.5,
        "total_content_length": 7,
        "response_times": {
            "6": 1
        },
        "num_reqs_per_sec": {
            "1790000001": 1
        },
        "num_fail_per_sec": {}
    }
])");
  CHECK(stats_json({}) == "[]");
}
