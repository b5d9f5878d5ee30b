#include "load/dispatcher.h"

#include <doctest/doctest.h>
#include <openssl/sha.h>

#include <chrono>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

using acrida::load::Dispatcher;
using acrida::load::Picks;
using acrida::load::UserClass;
using nlohmann::json;

namespace {

const json& vectors() {
  static const json all = json::parse(std::ifstream(ACRIDA_TEST_DATA "/dispatch-vectors.json"));
  return all;
}

// Accidents of the reference that we do not have, by scenario.
const std::map<std::string, std::string> kNotCopied = {
    {"wk-21", "a worker that reports ready twice is one worker, not two with a double share"},
};
std::string sha256(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string hex;
  for (unsigned char byte : digest) hex += "0123456789abcdef"[byte >> 4], hex += "0123456789abcdef"[byte & 15];
  return hex;
}

// A consumer on a virtual clock that applies each map in `handling_time`.
class Consumer {
 public:
  explicit Consumer(const json& scenario)
      : dispatcher_(scenario["workers"], classes_of(scenario)), handling_time_(scenario.value("handling_time", 0.0)) {
    for (const json& each : scenario["user_classes"]) classes_[each["name"]] = each;
  }

  void run(const json& step) {
    const std::string op = step["op"];
    if (op == "start") start(step);
    if (op == "iterate") iterate(step);
    if (op == "add_worker") CHECK(dispatcher_.add_worker(step["id"]));
    if (op == "remove_worker") dispatcher_.remove_worker(step["id"]);
    if (op == "set_class") set_class(step);
    if (step.contains("worker_order_after")) CHECK(json(dispatcher_.workers()) == step["worker_order_after"]);
  }

  const Dispatcher& dispatcher() const { return dispatcher_; }

 private:
  static std::vector<UserClass> classes_of(const json& scenario) {
    std::vector<UserClass> classes;
    for (const json& each : scenario["user_classes"])
      classes.push_back({each["name"], each["weight"], each["fixed_count"]});
    return classes;
  }

  void start(const json& step) {
    std::optional<std::vector<std::string>> classes;
    if (step.contains("user_classes") && !step["user_classes"].is_null()) classes = step["user_classes"];
    REQUIRE(dispatcher_.start(step["target"], {step["spawn_rate"]}, classes));
    CHECK(dispatcher_.users_per_iteration() == step["users_per_iteration"]);
    CHECK(dispatcher_.wait_between_iterations() == doctest::Approx(step["wait_between_iterations"].get<double>()));
  }

  void iterate(const json& step) {
    for (const json& expected : step["iterations"]) {
      CAPTURE(expected.dump());
      REQUIRE(advance() == Dispatcher::What::Emit);
      CHECK(slept_ == doctest::Approx(expected["slept_before"].get<double>()));
      CHECK(clock_ == doctest::Approx(expected["t"].get<double>()));
      compare(expected);
      clock_ += handling_time_;
    }
    if (step.value("finished", false)) {
      CHECK(advance() == Dispatcher::What::End);
      CHECK(slept_ == doctest::Approx(step.value("sleep_before_end", 0.0)));
      CHECK_FALSE(dispatcher_.is_in_progress());
    } else {
      CHECK(dispatcher_.is_in_progress());
    }
  }

  Dispatcher::What advance() {
    slept_ = 0;
    for (;;) {
      const Dispatcher::Step next = dispatcher_.next(clock_);
      if (next.what != Dispatcher::What::Wait) return next.what;
      slept_ += next.wait_seconds;
      clock_ += next.wait_seconds;
    }
  }

  json users() const {
    json map;
    for (std::size_t w = 0; w < dispatcher_.workers_with_users().size(); ++w)
      for (std::size_t c = 0; c < dispatcher_.classes().size(); ++c)
        map[dispatcher_.workers_with_users()[w]][dispatcher_.classes()[c].name] = dispatcher_.counts()[w][c];
    return map;
  }

  void compare(const json& expected) const {
    if (expected.contains("users")) {
      CHECK(users() == expected["users"]);
      return;
    }
    CHECK(dispatcher_.user_count() == expected["total"]);
    std::string text;
    const json map = users();
    for (const auto& [worker, classes] : map.items()) {
      if (!text.empty()) text += ';';
      text += worker + ':';
      for (const auto& [name, count] : classes.items())
        text += (text.back() == ':' ? "" : ",") + name + '=' + count.dump();
    }
    CHECK(sha256(text) == expected["digest"]);
  }

  void set_class(const json& step) {
    json& known = classes_[step["name"]];
    known.update(step);
    dispatcher_.set_class(step["name"].get<std::string>(), known["weight"], known["fixed_count"]);
  }

  Dispatcher dispatcher_;
  double handling_time_;
  double clock_ = 0, slept_ = 0;
  std::map<std::string, json> classes_;
};

}  // namespace

TEST_CASE("every recorded scenario is reproduced, map by map and second by second") {
  REQUIRE(vectors()["scenarios"].size() == 125);
  for (const json& scenario : vectors()["scenarios"]) {
    const std::string id = scenario["id"];
    if (kNotCopied.contains(id)) continue;
    CAPTURE(id);
    CAPTURE(scenario["description"].get<std::string>());
    Consumer consumer(scenario);
    CHECK(json(consumer.dispatcher().workers()) == scenario["worker_order"]);
    for (const json& step : scenario["steps"]) consumer.run(step);
  }
}

TEST_CASE("only scenarios that are marked as accidents may be left out") {
  for (const json& scenario : vectors()["scenarios"])
    if (kNotCopied.contains(scenario["id"])) CHECK(scenario.contains("quirk"));
}

TEST_CASE("the sequences of picks are the recorded ones") {
  for (const json& sequence : vectors()["selection_sequences"]) {
    CAPTURE(sequence["weights"].dump());
    std::vector<Picks::Weighted> classes;
    std::vector<std::string> names;
    for (const auto& [name, weight] : sequence["weights"].items()) {
      classes.push_back({names.size(), name, weight});
      names.push_back(name);
    }
    Picks picks(classes);
    json first_60 = json::array();
    for (int i = 0; i < 60; ++i) {
      const std::optional<std::size_t> user_class = picks.next();
      first_60.push_back(user_class ? json(names[*user_class]) : json());
    }
    CHECK(first_60 == sequence["first_60"]);
  }
}

TEST_CASE("a worker that is added twice has one share") {
  Dispatcher dispatcher({"w1", "w2"}, {{"A", 1, 0}});
  CHECK_FALSE(dispatcher.add_worker("w1"));
  CHECK(dispatcher.workers().size() == 2);
  CHECK_FALSE(dispatcher.is_rebalance_due());
}

TEST_CASE("weights are read at the first weighted pick, then when workers change") {
  const auto users_of_a = [](Dispatcher& dispatcher, std::int64_t target) {
    REQUIRE(dispatcher.start(target, {100}));
    while (dispatcher.next(0).what != Dispatcher::What::End) {
    }
    std::int64_t users = 0;
    for (const auto& worker : dispatcher.counts()) users += worker[0];
    return users;
  };
  Dispatcher dispatcher({"w1"}, {{"A", 1, 0}, {"B", 1, 0}});
  dispatcher.set_class("A", 3, 0);
  CHECK(users_of_a(dispatcher, 8) == 6);
  dispatcher.set_class("A", 1, 0);
  CHECK(users_of_a(dispatcher, 12) == 9);
  dispatcher.add_worker("w2");
  CHECK(users_of_a(dispatcher, 12) == 6);
}

TEST_CASE("a class that was not given at the beginning is refused and changes nothing") {
  Dispatcher dispatcher({"w1"}, {{"A", 1, 0}});
  CHECK_FALSE(dispatcher.start(5, {1}, {{"A", "B"}}));
  CHECK_FALSE(dispatcher.is_in_progress());
}

TEST_CASE("ten thousand users are dealt to a thousand workers in the blink of an eye") {
  std::vector<std::string> workers;
  for (int i = 0; i < 1000; ++i) workers.push_back("host" + std::to_string(i % 100) + "_" + std::to_string(i));
  Dispatcher dispatcher(workers, {{"A", 1, 0}, {"B", 5, 0}, {"C", 2, 0}, {"D", 1, 20}});
  REQUIRE(dispatcher.start(10'000, {100}));
  int maps = 0;
  double clock = 0;
  for (;;) {
    const Dispatcher::Step step = dispatcher.next(clock);
    if (step.what == Dispatcher::What::End) break;
    clock += step.wait_seconds;
    maps += step.what == Dispatcher::What::Emit;
  }
  CHECK(maps == 100);
  CHECK(clock == doctest::Approx(99.0));
  for (const auto& worker : dispatcher.counts()) CHECK(worker[0] + worker[1] + worker[2] + worker[3] == 10);
}
