#include "stats/seconds_series.h"

#include <doctest/doctest.h>

using namespace acrida::stats;

namespace {

std::vector<SecondCount> counts_of(const SecondsSeries& series) {
  std::vector<SecondCount> counts;
  series.add_to(counts);
  return counts;
}

}  // namespace

TEST_CASE("seconds may come in any order and far apart") {
  SecondsSeries series;
  series.add(1'790'000'000);
  series.add(1'790'000'200, 3);
  series.add(1'790'000'000);
  series.add(-5);
  CHECK(counts_of(series) == std::vector<SecondCount>{{-5, 1}, {1'790'000'000, 2}, {1'790'000'200, 3}});
  CHECK(series.sum(1'790'000'000, 1'790'000'200) == 5);
  CHECK(series.at(1'790'000'001) == 0);
}

TEST_CASE("a cleared series starts again with the pages it has") {
  SecondsSeries series;
  series.add(100);
  series.add(1000);
  series.clear();
  CHECK(counts_of(series).empty());
  series.add(2000, 2);
  CHECK(counts_of(series) == std::vector<SecondCount>{{2000, 2}});
}

TEST_CASE("the same second of two series becomes one") {
  SecondsSeries first, second;
  first.add(7, 1);
  first.add(9, 1);
  second.add(9, 4);
  std::vector<SecondCount> sum = counts_of(first);
  second.add_to(sum);
  CHECK(sum == std::vector<SecondCount>{{7, 1}, {9, 5}});
}
