#include "stats/entry.h"

#include <doctest/doctest.h>

#include <cmath>

#include "stats/request_stats.h"

using namespace acrida::stats;
using namespace std::chrono_literals;
using acrida::base::Duration;

namespace {

constexpr double kStart = 1'790'000'000.25;

Duration at(double epoch_seconds) { return Duration(static_cast<std::int64_t>(epoch_seconds * 1e9)); }

Number ms(double value) { return {value, false}; }
Number whole(double value) { return {value, true}; }

}  // namespace

TEST_CASE("both halves are read as one") {
  RequestStats stats(true, kStart);
  Entry& entry = stats.find_or_create("GET", "/a", kStart);
  entry.data_recorder()->record(12345us, 10, at(kStart + 1));
  entry.log(5.5, 20, kStart + 2);

  const Counts counts = entry.read();
  CHECK(counts.num_requests == 2);
  CHECK(counts.total_ms == ms(17.845));
  CHECK(counts.min_ms == ms(5.5));
  CHECK(counts.max_ms == ms(12.345));
  CHECK(counts.total_length == whole(30));
  CHECK(counts.last_request_at == kStart + 2);
  CHECK(counts.buckets == BucketCounts{{6, 1}, {12, 1}});
  CHECK(entry.requests_per_second() == std::vector<SecondCount>{{1'790'000'001, 1}, {1'790'000'002, 1}});
  CHECK(stats.total().read().buckets == counts.buckets);
  CHECK(stats.total().num_requests() == 2);
}

TEST_CASE("whole numbers stay whole until the first fraction") {
  Entry entry("GET", "/a", kStart, false);
  entry.log_here(whole(12), whole(1), kStart);
  CHECK(entry.total_ms() == whole(12));
  CHECK(entry.min_ms() == whole(12));
  entry.log_here(ms(5.5), whole(1), kStart);
  CHECK(entry.total_ms() == ms(17.5));
  CHECK(entry.max_ms() == whole(12));
  CHECK(entry.min_ms() == ms(5.5));
}

TEST_CASE("a request without a time is counted but not timed") {
  Entry entry("GET", "/a", kStart, false);
  entry.log_here(std::nullopt, whole(7), kStart);
  const Counts counts = entry.read();
  CHECK(counts.num_requests == 1);
  CHECK(counts.num_none_requests == 1);
  CHECK(counts.timed_requests() == 0);
  CHECK(counts.total_length == whole(7));
  CHECK_FALSE(counts.min_ms);
  CHECK(counts.buckets.empty());
}

TEST_CASE("what is written after a fold stands, and the data thread counts on from there") {
  RequestStats stats(true, kStart);
  Entry& entry = stats.find_or_create("GET", "/a", kStart);
  entry.data_recorder()->record(10ms, 1, at(kStart));
  entry.fold().num_requests.set(5);
  CHECK(entry.num_requests() == 5);
  CHECK(entry.buckets() == BucketCounts{{10, 1}});
  entry.data_recorder()->record(20ms, 1, at(kStart));
  CHECK(entry.num_requests() == 6);
  CHECK(stats.total().num_requests() == 2);
  stats.total().fold().max_ms.set(whole(1000));
  CHECK(stats.total().max_ms() == whole(1000));
  entry.data_recorder()->record(30ms, 1, at(kStart));
  CHECK(stats.total().num_requests() == 3);
}

TEST_CASE("a reset starts from nothing, with the same object") {
  RequestStats stats(true, kStart);
  Entry& entry = stats.find_or_create("GET", "/a", kStart);
  entry.data_recorder()->record(10ms, 1, at(kStart));
  entry.log(3, 1, kStart);
  stats.log_error("GET", "/a", "boom", kStart);
  stats.reset_all(kStart + 10);
  for (Entry* each : {&entry, &stats.total()}) {
    const Counts counts = each->read();
    CHECK(counts.num_requests == 0);
    CHECK(counts.num_failures == 0);
    CHECK(counts.start_time == kStart + 10);
    CHECK_FALSE(counts.last_request_at);
    CHECK_FALSE(counts.min_ms);
    CHECK(each->requests_per_second().empty());
  }
  CHECK(stats.errors().records().empty());
  entry.data_recorder()->record(7ms, 1, at(kStart + 11));
  CHECK(entry.read().min_ms == ms(7));
  CHECK(stats.total().read().max_ms == ms(7));
}

TEST_CASE("entries are merged by adding, with the widest period") {
  Entry mine("GET", "/a", kStart, false), other("GET", "/a", kStart - 5, false);
  mine.log_here(ms(10), whole(1), kStart + 1);
  other.log_here(ms(2), whole(1), kStart + 9);
  other.log_error_here(kStart + 9);
  mine.extend(other);
  const Counts counts = mine.read();
  CHECK(counts.num_requests == 2);
  CHECK(counts.num_failures == 1);
  CHECK(counts.start_time == kStart - 5);
  CHECK(counts.last_request_at == kStart + 9);
  CHECK(counts.min_ms == ms(2));
  CHECK(counts.max_ms == ms(10));
}

TEST_CASE("a percentile of the last seconds subtracts the state of ten seconds before") {
  Entry entry("GET", "/a", kStart, true);
  const auto second = [](int n) { return std::floor(kStart) + n + 0.5; };
  for (int i = 0; i < 20; ++i) entry.log_here(ms(i < 10 ? 100 : 5), whole(1), second(i));
  CHECK(percentile(entry.buckets(), 20, 0.95) == 100);
  CHECK(entry.current_percentile(0.95, second(20)) == 5.0);
  CHECK_FALSE(entry.current_percentile(0.95, second(60)));
}

TEST_CASE("what the data thread counts has states too, if somebody ticks") {
  RequestStats stats(true, kStart);
  Entry& entry = stats.find_or_create("GET", "/a", kStart);
  const double begin = std::floor(kStart);
  for (int i = 1; i <= 20; ++i) {
    stats.tick(begin + i + 0.001);
    entry.data_recorder()->record(i < 10 ? 100ms : 5ms, 1, at(begin + i + 0.5));
  }
  CHECK(entry.current_percentile(0.99, begin + 20.9) == 5.0);
  CHECK(stats.total().current_percentile(0.99, begin + 20.9) == 5.0);
  // Kept: the state at creation and the ends of the last seconds that a request followed.
  CHECK(entry.snapshots()->size() == 20);
}

TEST_CASE("requests of one second share one state, that before the first of them") {
  Entry entry("GET", "/a", kStart, true);
  const double begin = std::floor(kStart);
  for (double later : {3.2, 3.9, 6.1, 6.2}) entry.log_here(ms(5), whole(1), begin + later);
  const auto states = *entry.snapshots();
  REQUIRE(states.size() == 2);
  CHECK(states.begin()->second.num_requests == 0);
  CHECK(states.rbegin()->first == static_cast<std::int64_t>(begin) + 5);
  CHECK(states.rbegin()->second.num_requests == 2);
}

TEST_CASE("a second without a request has no state") {
  Entry entry("GET", "/a", kStart, true);
  const double begin = std::floor(kStart);
  entry.log_here(ms(1), whole(1), begin + 2.5);
  for (int i = 3; i < 30; ++i) entry.tick(begin + i);
  CHECK(entry.snapshots()->size() == 1);  // creation: before the first request there is nothing to note
  entry.log_here(ms(1), whole(1), begin + 30.5);
  CHECK(entry.snapshots()->size() == 2);
  CHECK(entry.snapshots()->contains(static_cast<std::int64_t>(begin) + 29));
}
