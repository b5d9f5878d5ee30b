#include "cluster/report.h"

#include <doctest/doctest.h>

#include "cluster/bench_testing.h"
#include "cluster/swarm_stats.h"

using namespace acrida;
using namespace acrida::cluster;

namespace {

std::shared_ptr<stats::Entry> entry_of(const char* method, const char* name, std::initializer_list<double> times) {
  auto entry = std::make_shared<stats::Entry>(method, name, 1'790'000'000, false);
  double now = 1'790'000'001.5;
  for (const double ms : times) entry->log_here(stats::Number{ms, false}, {100, true}, now++);
  return entry;
}

Taken taken() {
  Taken report;
  report.entries = {entry_of("GET", "/", {12.345, 12.5, 147, 3432, 58760}), entry_of("POST", "/caf\xc3\xa9", {99.5})};
  report.total = entry_of("", "Aggregated", {12.345, 12.5, 147, 3432, 58760, 99.5});
  auto error = std::make_shared<stats::ErrorRecord>("GET", "/", "Exception('boo')");
  error->occurred(1'790'000'002);
  report.errors = {error};
  report.user_classes = {{"Buyer", 2}, {"Admin", 1}};
  report.run = 7;
  return report;
}

void expect_merged(const SwarmStats& swarm, std::int64_t times) {
  CHECK(swarm.total().num_requests() == 6 * times);
  const stats::Entry& first = *swarm.entries().at(0);
  CHECK(first.name() == "/");
  CHECK(first.num_requests() == 5 * times);
  CHECK(first.buckets() == stats::BucketCounts{{12, 2 * times}, {150, times}, {3400, times}, {59000, times}});
  CHECK(first.min_ms()->value == 12.345);
  CHECK(first.max_ms().value == 58760);
  CHECK(first.total_length().value == 500 * static_cast<double>(times));
  CHECK(first.start_time() == 1'790'000'000);
  CHECK(first.last_request_at() == 1'790'000'005.5);
  CHECK(first.requests_per_second().size() == 5);
  CHECK(swarm.errors().records().at(0)->occurrences.get() == times);
  CHECK(swarm.errors().records().at(0)->first_seen.get() == 1'790'000'002);
}

}  // namespace

TEST_CASE("a base report is read into the same numbers, and a second one adds to them") {
  const std::string data = base_report_data(taken());
  SwarmStats swarm(1'790'000'100);
  Report report;
  std::string problem;
  for (int times = 1; times <= 2; ++times) {
    REQUIRE(read_base_report(data, {}, report, problem));
    CHECK(*report.user_classes == ClassCounts{{"Buyer", 2}, {"Admin", 1}});
    swarm.merge(report, 1'790'000'100);
    expect_merged(swarm, times);
  }
  CHECK(swarm.take_new_entries().size() == 2);
  CHECK(swarm.take_new_errors().size() == 1);
}

TEST_CASE("a frame carries the fine histogram, where a base report knows the rounded times only") {
  Report report;
  std::string problem;
  SwarmStats fine(1'790'000'100), coarse(1'790'000'100);
  const std::string frame = frame_data(taken(), 3), base = base_report_data(taken());
  REQUIRE(read_frame(frame, {}, report, problem));
  CHECK(report.sequence == 3);
  CHECK(report.run == 7);
  fine.merge(report, 0);
  expect_merged(fine, 1);
  REQUIRE(read_base_report(base, {}, report, problem));
  coarse.merge(report, 0);
  coarse.settle();
  CHECK(fine.total().percentile_us(1.0) == doctest::Approx(58'760'000).epsilon(0.001));
  CHECK(coarse.total().percentile_us(1.0) == doctest::Approx(59'000'000).epsilon(0.001));
}

TEST_CASE("what the master's own listeners fire is added to what workers report under the same name") {
  SwarmStats swarm(0);
  Report report;
  std::string problem;
  const std::string data = base_report_data(taken());
  REQUIRE(read_base_report(data, {}, report, problem));
  const std::string name(report.entries.at(0).name), method(report.entries.at(0).method);
  const std::int64_t reported = report.entries.at(0).num_requests, all = report.total.num_requests;

  const auto own = swarm.count({method, name, stats::Number{7, false}, {3, true}, 5, std::nullopt});
  swarm.merge(report, 0);
  const auto failed = swarm.count_error({method, name, "own trouble", 6});
  swarm.count({method, name, std::nullopt, {0, true}, 6, std::nullopt});
  CHECK(own.entry == failed.entry);
  CHECK(own.entry->num_requests() == reported + 2);
  CHECK(own.total->num_requests() == all + 2);
  CHECK(own.total->num_none_requests() == 1);
  CHECK(failed.error->occurrences.get() == 1);
  CHECK(swarm.take_new_entries().size() == report.entries.size());
}

TEST_CASE("rows are found whatever order a sender has them in, and in the next test, too") {
  const auto report_of = [](const std::vector<std::string>& names) {
    Taken some;
    for (const std::string& name : names) {
      auto entry = std::make_shared<stats::Entry>("GET", name, 1, false);
      entry->log_here(stats::Number{12, false}, {1, true}, 5);
      some.entries.push_back(entry);
    }
    some.total = std::make_shared<stats::Entry>("", "Aggregated", 1, false);
    return base_report_data(some);
  };
  SwarmStats swarm(0);
  Report report;
  std::string problem;
  const auto merge = [&](const std::vector<std::string>& names, std::string_view sender) {
    const std::string data = report_of(names);
    REQUIRE(read_base_report(data, {}, report, problem));
    swarm.merge(report, 0, sender);
  };
  const auto counted = [&] {
    std::map<std::string, std::int64_t> requests;
    for (const auto& entry : swarm.entries()) requests[entry->name()] = entry->num_requests();
    return requests;
  };
  using Requests = std::map<std::string, std::int64_t>;
  merge({"a", "b", "c"}, "w1");
  merge({"c", "a"}, "w2");
  merge({"a", "c", "d"}, "w1");  // one is left out
  merge({"d", "c", "a", "aa"}, "w2");
  CHECK(counted() == Requests{{"a", 4}, {"b", 1}, {"c", 4}, {"d", 2}, {"aa", 1}});
  swarm.clear(0);
  merge({"d", "c"}, "w2");
  CHECK(counted() == Requests{{"c", 1}, {"d", 1}});
}

TEST_CASE("rounded times that go over once a second are where each of them would have gone, and none is lost") {
  RoundedTimes times;
  stats::Histogram at_once, later;
  std::int64_t kept = 0;
  for (std::int64_t ms = 0; ms <= 150'000; ++ms) {
    const auto place = stats::RoundedBuckets::place_of_bucket(ms);
    if (place.index >= stats::RoundedBuckets::kDense) continue;
    CHECK(times.add(static_cast<std::uint32_t>(place.index), static_cast<std::uint32_t>(ms + 1)));
    ++kept;
    at_once.add_at(stats::Histogram::index_of(static_cast<std::uint64_t>(ms) * 1000),
                   static_cast<std::uint64_t>(ms + 1));
  }
  CHECK(kept == 384);
  CHECK_FALSE(times.add(7, 0xffff'ffff));  // no room: at once
  times.move_into(later);
  times.move_into(later);  // they have gone
  std::vector<std::pair<std::size_t, std::uint64_t>> one, two;
  at_once.for_each([&](std::size_t index, std::uint64_t count) { one.emplace_back(index, count); });
  later.for_each([&](std::size_t index, std::uint64_t count) { two.emplace_back(index, count); });
  CHECK(one == two);

  SwarmStats swarm(0);
  Report report;
  std::string problem;
  const std::string data = base_report_data(taken());  // the report looks into it
  REQUIRE(read_base_report(data, {}, report, problem));
  swarm.merge(report, 0);
  swarm.reset(0);
  swarm.settle();
  CHECK(swarm.total().percentile_us(1.0) == 0);
}

TEST_CASE("listeners of worker_report get the same dictionary from a frame as from a base report") {
  Taken with_extra = taken();
  wire::MsgpackWriter(with_extra.extra).key("my key").integer(5);
  with_extra.extra_pairs = 1;
  const std::string frame = frame_data(with_extra, 1);
  Report report;
  std::string problem;
  REQUIRE(read_frame(frame, {}, report, problem));
  CHECK(as_base_report(report) == base_report_data(with_extra));
}

TEST_CASE("an entry that went through the resume store is the one that it was") {
  SwarmStats swarm(1'790'000'100);
  Report report;
  for (const auto& entry : taken().entries) {
    const std::string row = entry_row(*entry);
    REQUIRE(read_entry_row(row, report));
    swarm.restore(report, false);
  }
  const std::string total = entry_row(*taken().total), error = error_row(*taken().errors[0]);
  REQUIRE(read_entry_row(total, report));
  swarm.restore(report, true);
  REQUIRE(read_error_row(error, report));
  swarm.restore_error(report.errors[0]);
  expect_merged(swarm, 1);
}

TEST_CASE("the keys of errors are those of real workers") {
  CHECK(error_key("GET", "/x", "Exception('boom')") ==
        "e46368f4a74005406b8cfb81bc5a3aaf23f2f47025dc6b701c5c1e02f0e804ac");
  CHECK(error_key("GET", "/x", "plain 'q'") == "e8de6ef97088b4ee27626f54aea54c43af7c77f6854e4ddf2fd198c433e30ba1");
  CHECK(python_repr("a\n'\"\\\x01\x7f") == "'a\\n\\'\"\\\\\\x01\\x7f'");
}

TEST_CASE("medians of merged reports are those of the reference (39, 45)") {
  SwarmStats swarm(0);
  const auto add = [&](std::initializer_list<double> times) {
    Taken one;
    one.total = entry_of("", "Aggregated", times);
    Report report;
    std::string problem;
    const std::string data = base_report_data(one);
    REQUIRE(read_base_report(data, {}, report, problem));
    swarm.merge(report, 0);
  };
  const auto median = [&] {
    const stats::Counts counts = swarm.total().read();
    return stats::percentile(counts.buckets, counts.timed_requests(), 0.5);
  };
  add({100, 800});
  add({700});
  CHECK(median() == 700);
}

TEST_CASE("the percentile of the last seconds forgets what was reported before (46)") {
  SwarmStats swarm(1'000);
  const auto add = [&](double ms, double at) {
    Taken one;
    auto total = std::make_shared<stats::Entry>("", "Aggregated", at - 3, false);
    total->log_here(stats::Number{ms, false}, {0, true}, at);
    one.total = total;
    Report report;
    std::string problem;
    const std::string data = base_report_data(one);
    REQUIRE(read_base_report(data, {}, report, problem));
    swarm.merge(report, at);
  };
  add(800, 1'005);
  add(30, 1'017);
  CHECK(*swarm.total().current_percentile(0.95, 1'017) == 30);
  CHECK(stats::percentile(swarm.total().buckets(), 2, 0.95) == 800);
}

TEST_CASE("names beyond all number share one row that says so") {
  SwarmStats swarm(0);
  Report report;
  std::string problem;
  Taken many;
  many.total = entry_of("", "Aggregated", {1});
  for (int i = 0; i < 100; ++i) many.entries.push_back(entry_of("GET", std::to_string(i).c_str(), {1}));
  const std::string data = base_report_data(many);
  REQUIRE(read_base_report(data, {}, report, problem));
  swarm.limit_rows(60);
  swarm.merge(report, 0);
  CHECK(swarm.entries().size() == 61);
  CHECK(swarm.entries().back()->name().find("too many different names") != std::string::npos);
  CHECK(swarm.entries().back()->num_requests() == 40);
}

TEST_CASE("places in tables that cannot be are refused before anything is counted") {
  std::string data = frame_data(taken(), 1);
  Report report;
  std::string problem;
  for (std::size_t cut = 0; cut < data.size(); cut += 7)
    CHECK_FALSE(read_frame(data.substr(0, cut), {}, report, problem));
  CHECK_FALSE(problem.empty());
}

TEST_CASE("a time and a count that cannot be make a report malformed: sums would overflow") {
  Report report;
  std::string problem;
  for (const auto& [key, value] :
       std::vector<std::pair<const char*, double>>{{"last_request_timestamp", 6e283}, {"start_time", -1}}) {
    std::string data;
    wire::MsgpackWriter(data).map(1).key("stats_total").map(1).key(key).number(value);
    CHECK_FALSE(read_base_report(data, {}, report, problem));
    CHECK(problem.starts_with("a time that cannot be"));
  }
  std::string data;
  wire::MsgpackWriter(data).map(1).key("stats_total").map(1).key("num_requests").integer(INT64_MAX);
  CHECK_FALSE(read_base_report(data, {}, report, problem));
  CHECK(problem.starts_with("a count that cannot be"));
}
