#include "web/live_stats.h"

#include <doctest/doctest.h>

#include "stats/request_stats.h"

using namespace acrida;
using namespace acrida::web;

namespace {

constexpr double kStart = 1000.0;

struct StatsBench {
  StatsBench() { live.watch(statistics.shelf()); }
  void request(const char* name, double ms, double at) {
    statistics.log_request("GET", name, stats::Number{ms, false}, stats::Number{}, at);
  }
  void tick(double at) { live.tick(at, 10, {0.5, 0.95}); }

  LiveStats live;
  stats::RequestStats statistics{true, kStart};
};

}  // namespace

TEST_CASE("a name's rates are those of its seconds, silent ones are zeros, the one that runs is not there") {
  StatsBench bench;
  bench.request("/a", 10, 1001.5);
  bench.request("/a", 10, 1001.9);
  bench.request("/b", 10, 1002.5);
  bench.statistics.log_error("GET", "/a", "no", 1003.5);
  bench.request("/a", 10, 1003.6);
  bench.request("/a", 10, 1004.2);
  const Series series = bench.live.series("GET", "/a", 1004.3, 1000);
  CHECK(series.seconds_per_point == 1);
  REQUIRE(series.rates.size() == 3);
  CHECK(series.rates[0].second == 1001);
  CHECK(series.rates[0].rps == 2);
  CHECK(series.rates[1].rps == 0);
  CHECK(series.rates[2].failures_per_second == 1);
  CHECK(bench.live.series("GET", "/nobody", 1004.3, 1000).rates.empty());
}

TEST_CASE("a day of a name is a thousand points, whose sum is the day's") {
  StatsBench bench;
  for (int second = 0; second < 86'400; second += 10) bench.request("/a", 10, kStart + second);
  const Series series = bench.live.series("GET", "/a", kStart + 86'400, 1000);
  CHECK(series.rates.size() <= 1000);
  double sum = 0;
  for (const Series::Rates& each : series.rates) {
    const double seconds =
        std::min(static_cast<double>(series.seconds_per_point), kStart + 86'400 - static_cast<double>(each.second));
    sum += each.rps * seconds;
  }
  CHECK(sum == doctest::Approx(8640));
}

TEST_CASE("a name's response times are noted each second, those of others beside them") {
  StatsBench bench;
  bench.request("/a", 10, 1001.5);
  bench.request("/b", 30, 1001.5);
  bench.tick(1002.002);
  bench.request("/a", 500, 1002.5);
  bench.tick(1003.002);
  bench.tick(1004.002);
  const Series a = bench.live.series("GET", "/a", 1004.5, 1000);
  CHECK(a.percentiles == std::vector<double>{0.5, 0.95});
  REQUIRE(a.times.size() == 2);
  CHECK(a.times[0].second == 1001);
  CHECK(a.times[0].ms == std::vector<double>{10, 10});
  CHECK(a.times[1].second == 1002);
  CHECK(a.times[1].ms == std::vector<double>{500, 500});
  CHECK(bench.live.series("GET", "/b", 1004.5, 1000).times.size() == 1);
}

TEST_CASE("a reset and a new test begin the series anew") {
  StatsBench bench;
  bench.request("/a", 10, 1001.5);
  bench.tick(1002.002);
  bench.statistics.reset_all(1003);
  CHECK(bench.live.series("GET", "/a", 1004, 1000).times.empty());
  bench.request("/a", 20, 1003.5);
  bench.tick(1004.002);
  REQUIRE(bench.live.series("GET", "/a", 1005, 1000).times.size() == 1);
  CHECK(bench.live.series("GET", "/a", 1005, 1000).times[0].ms[0] == 20);
  bench.statistics.clear_all(1006);
  CHECK(bench.live.series("GET", "/a", 1007, 1000).times.empty());
  CHECK(bench.live.take_old_tests().size() == 1);
}

TEST_CASE("of very many names all get their turn") {
  StatsBench bench;
  const std::size_t names = EntrySeries::kPerTick * 2 + 1;
  for (std::size_t i = 0; i < names; ++i) bench.request(("/" + std::to_string(i)).c_str(), 10, 1001.5);
  for (int i = 2; i < 5; ++i) bench.tick(1000.002 + i);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < names; ++i)
    seen += bench.live.series("GET", "/" + std::to_string(i), 1005, 1000).times.size();
  CHECK(seen == names);
}
