#include "web/live_state.h"

#include <doctest/doctest.h>

#include "stats/request_stats.h"

using namespace acrida;
using namespace acrida::web;

namespace {

struct StateBench {
  StateBench() {
    view.put(RunView::Part::Status, {{"state", "running"}, {"user_count", 3}});
    live.watch(statistics.shelf());
  }
  void request(const char* name, double ms) {
    statistics.log_request("GET", name, stats::Number{ms, false}, stats::Number{}, 1000.5);
  }
  LiveState::Now now(double seconds = 1001) { return {seconds, 1, 0}; }
  std::optional<Json> delta() { return state.delta(now(), &is_anew); }

  RunView view;
  LiveStats live;
  stats::RequestStats statistics{true, 1000.0};
  LiveState state{view, live};
  bool is_anew = false;
};

}  // namespace

TEST_CASE("the first viewer gets everything, then only what has changed") {
  StateBench bench;
  bench.request("/a", 10);
  bench.request("/b", 20);
  const Json all = bench.state.snapshot(bench.now(), true);
  CHECK(all["rows"].size() == 2);
  CHECK(all["state"] == "running");
  CHECK(all["total"]["num_requests"] == 2);
  CHECK_FALSE(bench.delta());
  bench.request("/b", 30);
  const Json changed = *bench.delta();
  CHECK(changed["rows"].size() == 1);
  CHECK(changed["rows"][0]["name"] == "/b");
  CHECK(changed["rows"][0]["percentiles"]["1.0"] == 30);
  CHECK(changed["total"]["num_requests"] == 3);
  CHECK_FALSE(changed.contains("state"));
  CHECK_FALSE(bench.delta());
}

TEST_CASE("what a second viewer gets is not kept from the first one") {
  StateBench bench;
  bench.state.snapshot(bench.now(), true);
  bench.request("/a", 10);
  bench.statistics.log_error("GET", "/a", "no", 1001);
  CHECK(bench.state.snapshot(bench.now(), false)["rows"].size() == 1);
  const Json changed = *bench.delta();
  CHECK(changed["rows"].size() == 1);
  CHECK(changed["errors"].size() == 1);
}

TEST_CASE("a second viewer misses nothing and gets nothing twice") {
  StateBench bench;
  bench.view.add_log_lines({"one"});
  bench.state.snapshot(bench.now(), true);
  bench.view.add_log_lines({"two"});
  bench.live.add_to_history({});
  const Json all = bench.state.snapshot(bench.now(), false);
  CHECK(all["logs"]["master"] == Json{"one"});
  CHECK(all["history"].empty());
  const Json changed = *bench.delta();
  CHECK(changed["logs"]["master"] == Json{"two"});
  CHECK(changed["history"].size() == 1);
}

TEST_CASE("a reset and a new test are announced as such") {
  StateBench bench;
  bench.request("/a", 10);
  bench.state.snapshot(bench.now(), true);
  bench.statistics.reset_all(1002);
  bench.delta();
  CHECK(bench.is_anew);
  bench.delta();
  CHECK_FALSE(bench.is_anew);
  bench.statistics.clear_all(1003);
  CHECK(bench.delta());
  CHECK(bench.is_anew);
  CHECK(bench.state.snapshot(bench.now(), false)["run"]["number"] == 1);
  CHECK(bench.live.take_old_tests().size() == 1);
}

TEST_CASE("exceptions that are forgotten after the new test has begun leave the page, too") {
  StateBench bench;
  const auto known = [](int count, const char* where) {
    return Json{{"count", count}, {"msg", "m"}, {"traceback", where}, {"nodes", "local"}};
  };
  bench.view.put(RunView::Part::Exceptions, {known(1, "old")});
  bench.state.snapshot(bench.now(), true);
  bench.statistics.clear_all(1003);
  CHECK(bench.delta());
  CHECK(bench.state.snapshot(bench.now(), false)["exceptions"].size() == 1);  // Python has not answered yet
  bench.view.put(RunView::Part::Exceptions, {known(1, "new")});
  CHECK(bench.delta());
  CHECK(bench.is_anew);
  CHECK(bench.state.snapshot(bench.now(), false)["exceptions"] == Json{known(1, "new")});
  bench.view.put(RunView::Part::Exceptions, Json::array());
  CHECK(bench.delta());  // although nothing else has changed
  CHECK(bench.is_anew);
  CHECK_FALSE(bench.delta());
  bench.view.put(RunView::Part::Exceptions, {known(1, "new")});
  CHECK(bench.delta());
  bench.view.put(RunView::Part::Exceptions, {known(2, "new")});
  CHECK((*bench.delta())["exceptions"][0]["count"] == 2);
  CHECK_FALSE(bench.is_anew);
}

TEST_CASE("errors, exceptions and workers come when they change; a worker that is gone is named") {
  StateBench bench;
  bench.state.snapshot(bench.now(), true);
  bench.statistics.log_error("GET", "/a", "no", 1001);
  bench.view.put(RunView::Part::Exceptions, {{{"count", 1}, {"msg", "m"}, {"traceback", "t"}, {"nodes", "local"}}});
  bench.view.put(RunView::Part::Status, {{"state", "running"}, {"workers", {{{"id", "ant"}}, {{"id", "bee"}}}}});
  const Json first = *bench.delta();
  CHECK(first["errors"][0]["error"] == "no");
  CHECK(first["exceptions"].size() == 1);
  CHECK(first["workers"].size() == 2);
  bench.view.put(RunView::Part::Status, {{"state", "running"}, {"workers", {{{"id", "bee"}, {"state", "missing"}}}}});
  const Json second = *bench.delta();
  CHECK_FALSE(second.contains("errors"));
  CHECK_FALSE(second.contains("exceptions"));
  CHECK(second["workers"].size() == 1);
  CHECK(second["removed_workers"] == Json{"ant"});
}

TEST_CASE("a hub that does not answer is a notice") {
  StateBench bench;
  bench.state.snapshot(bench.now(), true);
  const Json changed = *bench.state.delta({1010, 1, 4.0}, nullptr);
  CHECK(changed["notices"][0]["kind"] == "hub_busy");
  CHECK(changed["notices"][0]["since"] == 1006);
  CHECK(changed["generator"]["hub_lag_ms"] == 4000);
}

TEST_CASE("a hub that answers late in most seconds is a generator at its limit") {
  StateBench bench;
  double at = 1000;
  const auto is_told = [&](const std::vector<double>& lags) {
    for (const double lag : lags) bench.state.delta({at += 1, 1, lag}, nullptr);
    const Json all = bench.state.snapshot({at, 1, 0}, false);
    for (const Json& each : all["notices"])
      if (each["kind"] == "generator_overloaded") return true;
    return false;
  };
  CHECK_FALSE(is_told({0.5, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0}));  // one thing that took long is none
  CHECK(is_told({0.5, 0.3, 0.1, 1.0, 0.4, 0.4, 0.4}));        // now and then in time is not enough
  CHECK(is_told({0.0, 0.0, 0.0}));
  CHECK_FALSE(is_told({0.0, 0.0, 0.0, 0.0}));
}

TEST_CASE("a generator that says itself that it is at its limit is one notice") {
  StateBench bench;
  bench.view.put(RunView::Part::Status,
                 {{"state", "running"}, {"notices", {{{"kind", "generator_overloaded"}, {"text", "own"}}}}});
  for (int second = 0; second < 10; ++second) bench.state.delta({1000.0 + second, 1, 1.0}, nullptr);
  const Json all = bench.state.snapshot({1010, 1, 1.0}, false);
  REQUIRE(all["notices"].size() == 1);
  CHECK(all["notices"][0]["text"] == "own");
}

TEST_CASE("new lines of a worker are those behind the last one known") {
  CHECK(lines_after({"a", "b", "c"}, "b") == std::vector<std::string>{"c"});
  CHECK(lines_after({"b", "a", "b"}, "b").empty());
  CHECK(lines_after({"x", "y"}, "b").size() == 2);
}

TEST_CASE("the history is thinned to what a chart can show, with its newest point") {
  StateBench bench;
  for (int i = 0; i < 2500; ++i) {
    HistoryPoint point;
    point.at = i;
    bench.live.add_to_history(point);
  }
  const auto points = bench.live.history(0, 1000);
  CHECK(points.size() <= 1000);
  CHECK(points.size() > 800);
  CHECK(points.back().at == 2499);
  CHECK(bench.live.history(2499, 1000).size() == 1);
}
