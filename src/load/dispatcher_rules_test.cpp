// What holds for every ramp, whatever its numbers: said as rules, where dispatcher_test.cpp compares with recordings.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "load/dispatcher.h"

using acrida::load::Dispatcher;
using acrida::load::UserClass;
using Counts = std::vector<std::vector<std::int64_t>>;

namespace {

std::vector<std::string> workers(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back("host" + std::to_string(i % 3) + "_" + std::to_string(i));
  return ids;
}

std::vector<UserClass> classes(const std::vector<double>& weights) {
  std::vector<UserClass> all;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string number = std::to_string(i);
    all.push_back({"User" + std::string(3 - number.size(), '0') + number, weights[i], 0});
  }
  return all;
}

// To the target, on a clock that is always late enough; every map that comes out.
std::vector<Counts> ramp(Dispatcher& dispatcher, std::int64_t target, double rate) {
  REQUIRE(dispatcher.start(target, {rate}));
  std::vector<Counts> maps;
  double clock = 0;
  for (;;) {
    const Dispatcher::Step step = dispatcher.next(clock);
    if (step.what == Dispatcher::What::End) return maps;
    if (step.what == Dispatcher::What::Emit) maps.push_back(dispatcher.counts());
    clock += step.wait_seconds;
  }
}

std::int64_t sum(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

std::vector<std::int64_t> per_class(const Counts& map) {
  std::vector<std::int64_t> totals(map.front().size());
  for (const auto& worker : map)
    for (std::size_t i = 0; i < worker.size(); ++i) totals[i] += worker[i];
  return totals;
}

std::vector<std::int64_t> per_worker(const Counts& map) {
  std::vector<std::int64_t> totals;
  for (const auto& worker : map) totals.push_back(sum(worker));
  return totals;
}

std::int64_t spread(const std::vector<std::int64_t>& counts) {
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  return *most - *least;
}

}  // namespace

TEST_CASE("up, further up and down again leads to the map that was there on the way up (79)") {
  const std::vector<std::vector<double>> weights = {{1},          {1, 1},           {1, 2, 3},
                                                    {5, 3, 1, 1}, {1, 2, 4, 8, 16}, {0.7, 0.2, 2.5}};
  for (const auto& each : weights)
    for (const int count : {1, 3, 5, 9})
      for (const auto& [least, most] :
           std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 10}, {37, 263}, {1000, 14165}}) {
        CAPTURE(count);
        CAPTURE(least);
        Dispatcher dispatcher(workers(count), classes(each));
        const Counts on_the_way = ramp(dispatcher, least, 50).back();
        CHECK(sum(per_class(ramp(dispatcher, most, 500).back())) == most);
        CHECK(ramp(dispatcher, least, 500).back() == on_the_way);
      }
}

TEST_CASE("a million users of fifty classes are dealt to ten thousand workers evenly and by weight (82)") {
  std::vector<double> weights;
  for (int i = 0; i < 50; ++i) weights.push_back(1 + i % 7);
  const double all_weights = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto follows_weights = [&](const Counts& map, double tolerance) {
    const auto totals = per_class(map);
    const auto users = static_cast<double>(sum(totals));
    for (std::size_t i = 0; i < totals.size(); ++i) {
      const double share = users * weights[i] / all_weights;
      // A class more or less cannot be helped while there are few users.
      CHECK(std::abs(static_cast<double>(totals[i]) - share) <= std::max(1.5, share * tolerance));
    }
  };
  SUBCASE("at once") {
    Dispatcher dispatcher(workers(10'000), classes(weights));
    const Counts map = ramp(dispatcher, 1'000'000, 1e9).back();
    CHECK(per_worker(map) == std::vector<std::int64_t>(10'000, 100));
    follows_weights(map, 0.005);
  }
  SUBCASE("five thousand a second") {
    Dispatcher dispatcher(workers(1000), classes(weights));
    const auto maps = ramp(dispatcher, 100'000, 5000);
    CHECK(maps.size() == 20);
    for (const Counts& map : maps) {
      CHECK(spread(per_worker(map)) <= 1);
      follows_weights(map, 0.15);
    }
    follows_weights(maps.back(), 0.005);
  }
}

TEST_CASE("single steps up and down of two equal classes on two workers (83)") {
  Dispatcher dispatcher(workers(2), classes({1, 1}));
  const std::vector<std::pair<std::int64_t, std::vector<std::int64_t>>> steps = {
      {1, {1, 0}}, {2, {1, 1}}, {3, {2, 1}}, {4, {2, 2}}, {3, {2, 1}}, {2, {1, 1}}, {1, {1, 0}}, {0, {0, 0}}};
  for (const auto& [target, expected] : steps) {
    CAPTURE(target);
    const Counts map = ramp(dispatcher, target, 1).back();
    CHECK(per_class(map) == expected);
    CHECK(per_worker(map) == expected);
  }
}

TEST_CASE("two equal classes: ten users are five and five, back to five the first one keeps more (12)") {
  Dispatcher dispatcher({"local"}, classes({1, 1}));
  CHECK(ramp(dispatcher, 10, 100).back() == Counts{{5, 5}});
  CHECK(ramp(dispatcher, 5, 100).back() == Counts{{3, 2}});
}

TEST_CASE("weights that are all made larger or smaller deal the same (90)") {
  const std::vector<double> weights = {1, 2, 3};
  const auto maps_of = [&](double factor) {
    std::vector<double> scaled;
    for (const double weight : weights) scaled.push_back(weight * factor);
    Dispatcher dispatcher(workers(1), classes(scaled));
    return ramp(dispatcher, 9, 1).back();
  };
  for (const double factor : {10.0, 2.5, 0.3, 1.0 / 23, std::numbers::e, std::numbers::pi}) {
    CAPTURE(factor);
    CHECK(maps_of(factor) == maps_of(1));
  }
}
