#include "report/narrow.h"

#include <doctest/doctest.h>

#include "report/text.h"

using namespace acrida::report;

namespace {

Row cart(const std::string& name) {
  Row row;
  row.method = "GET";
  row.name = name;
  row.num_requests = row.timed_requests = 20;
  row.num_failures = 1;
  row.fail_ratio = 0.05;
  row.average_ms = 71.9;
  row.max_ms = {903, true};
  row.median_ms = {60, true};
  row.total_rps = 9.5;
  row.current_rps = 10.5;
  row.buckets = {{20, 10}, {900, 10}};
  return row;
}

Row all_carts() {
  Row row = cart("Aggregated");
  row.method.clear();
  return row;
}

}  // namespace

TEST_CASE("at 80 columns the statistics stand one below the other, long names are cut") {
  const Row longer = cart("/shops/é/articles/by/colour/and/size");
  const Lines lines = narrow_stats_table({cart("/cart"), longer}, all_carts(), Rates::Current, 80);
  CHECK(lines == Lines{
                     "Type Name                      # reqs     # fails |   Avg   Med    Max |   req/s",
                     std::string(80, '-'),
                     "GET /cart                          20     1(5.0%) |    71    60    903 |    10.5",
                     "GET /shops/é/articles/by/co…       20     1(5.0%) |    71    60    903 |    10.5",
                     std::string(80, '-'),
                     "Aggregated                         20     1(5.0%) |    71    60    903 |    10.5",
                 });
  for (const std::string& line : lines) CHECK(characters(line) == 80);
}

TEST_CASE("the first and the last percentiles are shown as far as they fit") {
  const std::vector<double> all = {0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0};
  const Lines lines = narrow_percentile_table({cart("/cart")}, all_carts(), all, 80);
  CHECK(lines[1] == "Type Name                        50%    98%    99%  99.9% 99.99%   100%   # reqs");
  CHECK(lines[3] == "GET /cart                        900    900    900    900    900    900       20");
  for (std::size_t i = 1; i < lines.size(); ++i) CHECK(characters(lines[i]) <= 80);
  CHECK(narrow_percentile_table({}, all_carts(), {0.5}, 80).size() == 5);
}

TEST_CASE("no terminal is narrower than 60 columns") {
  CHECK(narrow_stats_table({}, all_carts(), Rates::WholeRun, 5)[1].size() == 60);
  CHECK(narrow_percentile_table({}, all_carts(), {0.5, 0.9, 1.0}, 0)[2].size() == 60);
}
