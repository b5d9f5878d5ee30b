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

TEST_CASE("of very many rows those above a number wait, and what waited counts like what did not") {
  Taken some = taken();
  auto busy = entry_of("GET", "/busy", {});
  for (int i = 0; i < 40; ++i) busy->log_here(stats::Number{7, false}, {1, true}, 1'790'000'001);
  busy->log_error_here(1'790'000'002);
  some.entries.push_back(busy);
  auto odd = entry_of("GET", "/odd", {1});  // has what cannot wait: a bucket of somebody's own function
  const double own_bucket = 0.5;
  odd->log_here(stats::Number{0.4, false}, {1, true}, 1'790'000'001, &own_bucket);
  some.entries.push_back(odd);
  const std::string data = base_report_data(some);
  Report report;
  std::string problem;
  REQUIRE(read_base_report(data, {}, report, problem));
  constexpr int kReports = 2'500;  // 40 times as many of one response time: more than a place of what waits can count
  SwarmStats at_once(0), later(0);
  for (int i = 0; i < kReports; ++i) {
    at_once.merge(report, 0, "w");
    at_once.settle();
    later.merge(report, 0, "w");
  }
  CHECK(later.entries().at(0)->num_requests() == 5 * SwarmStats::kRowsAtOnce / report.entries.size());
  later.settle();
  REQUIRE(later.entries().size() == 4);
  const auto expect_same = [](const stats::Entry& one, const stats::Entry& two) {
    const stats::Counts first = one.read(), second = two.read();
    CHECK(first.num_requests == second.num_requests);
    CHECK(first.num_failures == second.num_failures);
    CHECK(first.total_ms.value == doctest::Approx(second.total_ms.value));
    CHECK(first.total_ms.is_int == second.total_ms.is_int);
    CHECK(first.max_ms == second.max_ms);
    CHECK(first.min_ms == second.min_ms);
    CHECK(first.start_time == second.start_time);
    CHECK(first.last_request_at == second.last_request_at);
    CHECK(first.buckets == second.buckets);
    CHECK(one.requests_per_second() == two.requests_per_second());
    CHECK(one.failures_per_second() == two.failures_per_second());
    for (const double p : {0.01, 0.5, 0.9, 1.0}) CHECK(one.percentile_us(p) == two.percentile_us(p));
  };
  for (std::size_t i = 0; i < 4; ++i) expect_same(*at_once.entries()[i], *later.entries()[i]);
  expect_same(at_once.total(), later.total());
}

TEST_CASE("what waits is forgotten by a reset, and told to the resume store when it is counted") {
  SwarmStats swarm(0);
  swarm.track_changes(true);
  Report report;
  std::string problem;
  const std::string data = base_report_data(taken());  // the report looks into it
  REQUIRE(read_base_report(data, {}, report, problem));
  const auto make_busy = [&] {
    for (std::size_t i = 0; i <= SwarmStats::kRowsAtOnce / 2; ++i) swarm.merge(report, 0);
  };
  make_busy();
  swarm.reset(0);
  swarm.settle();
  CHECK(swarm.total().num_requests() == 0);
  CHECK(swarm.total().percentile_us(1.0) == 0);
  make_busy();
  swarm.take_changed_entries();
  CHECK(swarm.take_changed_entries().empty());
  swarm.settle();
  CHECK(swarm.take_changed_entries().size() == 2);
}

TEST_CASE("buckets of all widths are read, one behind the other in any order, and cut off nowhere") {
  std::string data;
  wire::MsgpackWriter out(data);
  std::vector<std::pair<std::int64_t, std::int64_t>> buckets = {
      {5, 1}, {99, 200}, {130, 3}, {700, 300}, {101, 2}, {3400, 70'000}, {59'000, 1}, {200'000, 4}, {7, 127}};
  for (std::int64_t ms = 40; ms <= 110; ++ms)  // in long rows of a byte each, and up to where they take two
    if (ms != 99 && ms != 101) buckets.emplace_back(ms, ms + 20);
  out.map(1).key("stats_total").map(1).key("response_times").map(buckets.size() + 1).number(2.5).integer(9);
  for (const auto& [ms, count] : buckets) out.integer(ms).integer(count);
  Report report;
  std::string problem;
  REQUIRE_MESSAGE(read_base_report(data, {}, report, problem), problem);
  SwarmStats swarm(0);
  swarm.merge(report, 0);
  stats::BucketCounts expected = {{2.5, 9}};
  for (const auto& [ms, count] : std::map<std::int64_t, std::int64_t>(buckets.begin(), buckets.end()))
    expected.push_back({static_cast<double>(ms), count});
  CHECK(swarm.total().buckets() == expected);
  for (std::size_t cut = 1; cut < data.size(); ++cut)
    CHECK_FALSE(read_base_report(std::string_view(data).substr(0, cut), {}, report, problem));
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
