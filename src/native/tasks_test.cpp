#include "native/tasks.h"

#include <doctest/doctest.h>

#include <map>
#include <stdexcept>
#include <string>

using namespace acrida;

namespace {

struct Inner : TaskSet {
  static void define(TaskSetType& set) {
    set.task<&Inner::one>({.weight = 1, .tags = {"read"}});
    set.task<&Inner::two>({.weight = 1, .tags = {"write"}});
  }
  void one() {}
  void two() {}
};

struct Steps : SequentialTaskSet {
  static void define(TaskSetType& set) { set.task<&Steps::a>().task<&Steps::b>(2); }
  void a() {}
  void b() {}
};

struct Walk : MarkovTaskSet {
  static void define(TaskSetType& set) {
    set.transition<&Walk::home, &Walk::list>();
    set.transition<&Walk::list, &Walk::home>().transition<&Walk::list, &Walk::list>(3);
  }
  void home() {}
  void list() {}
};

struct Broken : MarkovTaskSet {
  static void define(TaskSetType& set) { set.transition<&Broken::home, &Broken::nowhere>(); }
  void home() {}
  void nowhere() {}
};

struct Visitor : User {
  static void define(UserType& me) {
    me.task<&Visitor::look>(3);
    me.task<&Visitor::buy>({.tags = {"write", "slow"}});
    me.task_set<Inner>().task_set<Steps>().task_set<Walk>();
  }
  void look() {}
  void buy() {}
};

struct Lost : User {
  static void define(UserType& me) { me.task_set<Broken>(); }
};

std::string names(const detail::TaskSetDefinition& set) {
  std::string text;
  for (const auto& task : set.tasks) text += task.name + " ";
  return text;
}

detail::TaskSetDefinition& set_of(detail::TaskSetDefinition& parent, std::string_view name) {
  return *parent.tasks[parent.find_or_add(name)].set;
}

}  // namespace

TEST_CASE("tasks are called as they are in the source, with the path to them") {
  Scenario scenario;
  scenario.user<Visitor>();
  auto& visitor = *scenario.users()[0];
  CHECK(visitor.name == "Visitor");
  CHECK(names(visitor) == "look buy Inner Steps Walk ");
  CHECK(visitor.tasks[0].full_name == "Visitor.look");
  CHECK(set_of(visitor, "Inner").tasks[1].full_name == "Visitor.Inner.two");
}

TEST_CASE("a task of weight three is picked three times as often") {
  Scenario scenario;
  scenario.user<Visitor>();
  Random random(7);
  std::map<std::size_t, int> counts;
  std::size_t at = 0;
  for (int i = 0; i < 7000; ++i) ++counts[native::pick(*scenario.users()[0], at, random)];
  CHECK(counts[0] > 2700);
  CHECK(counts[0] < 3300);
  CHECK(counts[1] > 850);
  CHECK(counts[1] < 1150);
}

TEST_CASE("a sequence runs in its order, weights in a row, again and again") {
  Scenario scenario;
  scenario.user<Visitor>();
  auto& steps = set_of(*scenario.users()[0], "Steps");
  Random random(1);
  std::string order;
  std::size_t at = 0;
  for (int i = 0; i < 6; ++i) order += steps.tasks[native::pick(steps, at, random)].name;
  CHECK(order == "abbabb");
}

TEST_CASE("a Markov chain begins with its first task and follows its transitions") {
  Scenario scenario;
  scenario.user<Visitor>();
  auto& walk = set_of(*scenario.users()[0], "Walk");
  Random random(1);
  std::size_t at = 0;
  std::string before = walk.tasks[native::pick(walk, at, random)].name;
  CHECK(before == "home");
  int lists = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string now = walk.tasks[native::pick(walk, at, random)].name;
    if (before == "home") CHECK(now == "list");
    lists += now == "list";
    before = now;
  }
  CHECK(lists > 750);
  CHECK(lists < 850);
}

TEST_CASE("a chain that ends somewhere is refused, and so is a class that comes twice") {
  Scenario scenario;
  CHECK_THROWS_WITH_AS(
      scenario.user<Lost>(),
      "Transition to nowhere in class Broken is invalid: it has no transition of its own, so the chain "
      "would end there.",
      std::invalid_argument);
  scenario.user<Visitor>();
  CHECK_THROWS_AS(scenario.user<Visitor>(), std::invalid_argument);
}

TEST_CASE("tags choose tasks, exclusion wins, and a set stays as long as a task in it does") {
  Scenario read, write;
  read.user<Visitor>();
  native::filter(*read.users()[0], {"read"}, {});
  CHECK(names(*read.users()[0]) == "Inner Walk ");
  CHECK(names(set_of(*read.users()[0], "Inner")) == "one ");
  write.user<Visitor>();
  native::filter(*write.users()[0], {"write"}, {"slow"});
  CHECK(names(*write.users()[0]) == "Inner Walk ");
  CHECK(names(set_of(*write.users()[0], "Inner")) == "two ");
}
