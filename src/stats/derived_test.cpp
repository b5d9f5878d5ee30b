#include "stats/derived.h"

#include <doctest/doctest.h>

using namespace acrida::stats;

TEST_CASE("a percentile is a bucket, counted from the slowest") {
  const BucketCounts four = {{10, 1}, {20, 1}, {30, 1}, {40, 1}};
  CHECK(percentile(four, 4, 0.0) == 10);
  CHECK(percentile(four, 4, 0.1) == 10);
  CHECK(percentile(four, 4, 0.25) == 20);
  CHECK(percentile(four, 4, 0.5) == 30);
  CHECK(percentile(four, 4, 0.66) == 30);
  CHECK(percentile(four, 4, 0.75) == 40);
  CHECK(percentile(four, 4, 1.0) == 40);
  CHECK(percentile({{7, 1}, {9, 1}}, 2, 0.49) == 7);
  CHECK(percentile({{7, 1}, {9, 1}}, 2, 0.5) == 9);
  CHECK(percentile({}, 0, 0.5) == 0);
  BucketCounts hundred;
  for (int ms = 1; ms <= 100; ++ms) hundred.push_back({static_cast<double>(ms), 1});
  CHECK(percentile(hundred, 100, 0.5) == 51);
  CHECK(percentile(hundred, 100, 0.66) == 67);
  CHECK(percentile(hundred, 100, 0.95) == 96);
  CHECK(percentile(hundred, 100, 0.99) == 100);
}

TEST_CASE("the difference of two states has only what grew") {
  CHECK(difference({{1, 5}, {2, 2}, {4, 1}}, {{1, 3}, {2, 2}, {3, 9}}) == BucketCounts{{1, 2}, {4, 1}});
}

TEST_CASE("failures without requests are a ratio of one") {
  CHECK(fail_ratio(0, 0) == 0.0);
  CHECK(fail_ratio(2, 0) == 1.0);
  CHECK(fail_ratio(1, 4) == 0.25);
}

TEST_CASE("the current rate looks at ten seconds, two before the newest request") {
  const Window window = current_window({1000.9, 1100.2});
  CHECK(window.first == 1088);
  CHECK(window.last == 1097);
  CHECK(window.seconds() == 10);
  CHECK(current_window({1000.9, 1005.0}).first == 1000);
  CHECK(current_window({1000.9, 1001.0}).seconds() == 0);
  CHECK(current_window({1000.9, std::nullopt}).seconds() == 0);
}

TEST_CASE("the total rate is undefined, so zero, before there is a distance") {
  CHECK(total_rate(10, {1000, 1005}) == 2.0);
  CHECK(total_rate(10, {1000, 1000}) == 0.0);
  CHECK(total_rate(10, {1000, std::nullopt}) == 0.0);
}
