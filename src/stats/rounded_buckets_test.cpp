#include "stats/rounded_buckets.h"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>
#include <vector>

using namespace acrida::stats;
using acrida::base::Duration;

namespace {

BucketCounts counts_of(const RoundedBuckets& buckets) {
  BucketCounts counts;
  buckets.add_to(counts);
  return counts;
}

}  // namespace

TEST_CASE("response times are rounded half to even, coarser with each decade") {
  const std::vector<std::pair<double, double>> cases = {
      {0, 0},         {0.5, 0},       {1.5, 2},           {2.5, 2},           {99.4, 99},
      {99.5, 100},    {99.6, 100},    {105, 100},         {115, 120},         {125, 120},
      {994, 990},     {995, 1000},    {147, 150},         {1049, 1000},       {1050, 1000},
      {1150, 1200},   {3432, 3400},   {9949, 9900},       {9950, 10000},      {10500, 10000},
      {11500, 12000}, {58760, 59000}, {113'600, 114'000}, {250'500, 250'000}, {3'600'499, 3'600'000}};
  for (const auto& [ms, rounded] : cases) {
    CAPTURE(ms);
    CHECK(rounded_ms(ms) == rounded);
    RoundedBuckets by_time, by_bucket;
    by_time.add(RoundedBuckets::place_of(Duration(std::llround(ms * 1e6))), 1);
    by_bucket.add(RoundedBuckets::place_of_bucket(rounded), 1);
    CHECK(counts_of(by_time) == BucketCounts{{rounded, 1}});
    CHECK(counts_of(by_bucket) == BucketCounts{{rounded, 1}});
  }
}

TEST_CASE("nanoseconds and milliseconds fall into the same bucket") {
  for (std::int64_t ns = 0; ns < 20'000'000'000; ns += 499'993) {
    RoundedBuckets by_time;
    by_time.add(RoundedBuckets::place_of(Duration(ns)), 1);
    CHECK(counts_of(by_time)[0].ms == rounded_ms(static_cast<double>(ns) / 1e6));
  }
}

TEST_CASE("buckets of a person's own function, negative or broken, are kept as they are") {
  RoundedBuckets buckets;
  for (double ms : {-3.0, 7.5, 105.0, 5.0, 1e12, 7.5}) buckets.add(RoundedBuckets::place_of_bucket(ms), 1);
  CHECK(counts_of(buckets) == BucketCounts{{-3, 1}, {5, 1}, {7.5, 2}, {105, 1}, {1e12, 1}});
  CHECK(buckets.total() == 6);
}

TEST_CASE("buckets merge, shrink and disappear at zero") {
  RoundedBuckets first, second;
  first.add(RoundedBuckets::place_of_bucket(10.0), 3);
  second.add(RoundedBuckets::place_of_bucket(10.0), 2);
  second.add(RoundedBuckets::place_of_bucket(500'000.0), 1);
  first.add(second);
  CHECK(counts_of(first) == BucketCounts{{10, 5}, {500'000, 1}});
  first.add(RoundedBuckets::place_of_bucket(10.0), -5);
  CHECK(counts_of(first) == BucketCounts{{500'000, 1}});
  first.clear();
  CHECK(counts_of(first).empty());
}

TEST_CASE("a whole number of milliseconds finds the same place as the same number with a fraction would") {
  using acrida::stats::RoundedBuckets;
  for (std::int64_t ms = -5; ms < 130'000; ++ms) {
    const RoundedBuckets::Place whole = RoundedBuckets::place_of_bucket(ms);
    const RoundedBuckets::Place real = RoundedBuckets::place_of_bucket(static_cast<double>(ms));
    REQUIRE(whole.index == real.index);
    REQUIRE((whole.index < RoundedBuckets::kDense || whole.ms == real.ms));
  }
}
