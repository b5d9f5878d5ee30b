#include "report/console.h"

#include <doctest/doctest.h>

using namespace acrida::report;
using acrida::stats::Number;

namespace {

Row cart() {
  Row row;
  row.method = "GET";
  row.name = "/cart/é";
  row.num_requests = row.timed_requests = 20;
  row.num_failures = 1;
  row.fail_ratio = 0.05;
  row.average_ms = 71.9;
  row.min_ms = {21.5, false};
  row.max_ms = {903, true};
  row.median_ms = {60, true};
  row.total_rps = 9.5;
  row.current_rps = 10.5;
  row.current_failures_per_second = 0.5;
  row.buckets = {{20, 10}, {900, 10}};
  return row;
}

Row total() {
  Row row = cart();
  row.method.clear();
  row.name = "Aggregated";
  return row;
}

}  // namespace

TEST_CASE("the statistics table has Locust's columns, times cut off to whole ms") {
  CHECK(stats_table({cart()}, total(), Rates::Current, {20, 8}) ==
        Lines{
            "Type     Name              # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s",
            "--------|----------------|-------|-------------|-------|-------|-------|-------|--------|-----------",
            "GET      /cart/é               20     1(5.00%) |     71      21     903     60 |   10.50        0.50",
            "--------|----------------|-------|-------------|-------|-------|-------|-------|--------|-----------",
            "         Aggregated            20     1(5.00%) |     71      21     903     60 |   10.50        0.50",
            "",
        });
}

TEST_CASE("the last table shows the rates of the whole run") {
  const std::string row = stats_row(cart(), Rates::WholeRun, {20, 8});
  CHECK(row.substr(row.size() - 22) == " |    9.50        0.00");
}

TEST_CASE("a long name pushes the columns, and a narrow terminal leaves none for it") {
  Row row = cart();
  row.name = "/a/very/long/name";
  CHECK(stats_row(row, Rates::Current, {8, 8}).starts_with("GET      /a/very/long/name      20 "));
  CHECK(stats_rule({0, 8}).starts_with("--------||-------"));
}

TEST_CASE("the percentile table leaves out rows without a time") {
  Row untimed = cart();
  untimed.buckets.clear();
  CHECK(percentile_table({cart(), untimed}, total(), {0.5, 0.999}, {10, 8}) ==
        Lines{
            "Response time percentiles (approximated)",
            "Type     Name            50%  99.9% # reqs",
            "--------|----------|--------|------|------",
            "GET      /cart/é         900    900     20",
            "--------|----------|--------|------|------",
            "         Aggregated      900    900     20",
            "",
        });
}

TEST_CASE("the error report says how often and what") {
  const Lines lines = error_table({{17, "POST /pay: no money"}}, {80, 8});
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == "Error report");
  CHECK(lines[2] == std::string(18, '-') + "|" + std::string(141, '-'));
  CHECK(lines[3] == "17                 POST /pay: no money" + std::string(81, ' '));
  CHECK(lines[5].empty());
}
