#include "stats/percentile_series.h"

#include <doctest/doctest.h>

using namespace acrida::stats;

namespace {

// A story of seconds: in each one so many requests of one time.
struct Story {
  PercentileSeries series{{0.95, 0.5}, 8};
  BucketCounts counted;
  std::int64_t second = 1000;

  void pass(double ms, std::int64_t requests) {
    auto at = counted.begin();
    while (at != counted.end() && at->ms < ms) ++at;
    if (at != counted.end() && at->ms == ms)
      at->count += requests;
    else if (requests > 0)
      counted.insert(at, {ms, requests});
    series.note(second++, counted);
  }
};

}  // namespace

TEST_CASE("each point tells of its own requests only") {
  Story story;
  story.pass(10, 100);
  story.pass(500, 1);
  story.pass(500, 0);
  story.pass(20, 50);
  const auto points = story.series.points();
  REQUIRE(points.size() == 3);  // a silent second is no point
  CHECK(points[0].second == 1000);
  CHECK(points[0].ms == std::vector<double>{10, 10});
  CHECK(points[1].ms == std::vector<double>{500, 500});
  CHECK(points[2].second == 1003);
  CHECK(points[2].ms == std::vector<double>{20, 20});
}

TEST_CASE("percentiles come in ascending order, whatever the order of the question") {
  Story story;
  CHECK(story.series.percentiles() == std::vector<double>{0.5, 0.95});
  story.counted = {{10, 90}, {900, 10}};
  story.series.note(1000, story.counted);
  CHECK(story.series.points()[0].ms == std::vector<double>{10, 900});
}

TEST_CASE("a long test needs no more memory, and its slow moments stay") {
  Story story;
  for (int i = 0; i < 1000; ++i) story.pass(i == 301 ? 5000 : 10, i == 301 ? 300 : 3);
  CHECK(story.series.size() <= 8);
  CHECK(story.series.size() >= 4);
  CHECK(story.series.step() >= 128);
  std::int64_t before = 0;
  bool has_slow = false;
  for (const auto& point : story.series.points()) {
    CHECK(point.second > before);
    before = point.second;
    has_slow = has_slow || point.ms[1] >= 5000;
  }
  CHECK(has_slow);
  CHECK(before > 1700);
}

TEST_CASE("of two neighbours the slower one stays") {
  Story story;
  for (const double ms : {10, 10, 10, 700, 10, 10, 10, 10}) story.pass(ms, 5);
  story.pass(10, 5);
  const auto points = story.series.points();
  REQUIRE(points.size() == 5);
  CHECK(points[1].second == 1003);
  CHECK(points[1].ms[1] == 700);
  CHECK(story.series.step() == 2);
  CHECK_FALSE(story.series.wants(1009));
  CHECK(story.series.wants(1010));
}

TEST_CASE("nothing is asked for, nothing is kept") {
  PercentileSeries series({}, 8);
  series.note(1, {{10, 1}});
  CHECK(series.points().empty());
}
