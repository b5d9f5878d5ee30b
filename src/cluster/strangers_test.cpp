#include "cluster/strangers.h"

#include <doctest/doctest.h>

#include "cluster/bench_testing.h"

using namespace acrida::cluster;
using acrida::base::from_seconds;
using acrida::base::Instant;
using Step = Strangers::Step;

namespace {

constexpr Instant at(double seconds) { return Instant{from_seconds(seconds)}; }

}  // namespace

TEST_CASE("who works is told to stop after two seconds, and again every five; who rests is welcome after the first") {
  Strangers strangers;
  CHECK(strangers.heard("a", false, at(10)) == Step::Nothing);
  CHECK(strangers.heard("a", false, at(11)) == Step::Nothing);
  CHECK(strangers.heard("a", false, at(12)) == Step::Stop);
  CHECK(strangers.heard("a", false, at(13)) == Step::Nothing);
  CHECK(strangers.heard("a", false, at(17)) == Step::Stop);
  CHECK(strangers.heard("a", true, at(18)) == Step::Nothing);
  CHECK(strangers.heard("a", true, at(22)) == Step::Welcome);
}

TEST_CASE("who was silent for long is new again, and one that greeted is none") {
  Strangers strangers;
  CHECK(strangers.heard("a", false, at(10)) == Step::Nothing);
  CHECK(strangers.heard("a", false, at(30)) == Step::Nothing);
  CHECK(strangers.heard("a", false, at(32)) == Step::Stop);
  strangers.forget("a");
  CHECK(strangers.heard("a", false, at(40)) == Step::Nothing);
}

TEST_CASE("a flood of ids does not take memory without end") {
  Strangers strangers;
  for (int i = 0; i < 20'000; ++i) strangers.heard("id" + std::to_string(i), false, at(10));
  CHECK(strangers.heard("id15000", false, at(13)) == Step::Nothing);  // not remembered: no step comes of it
  CHECK(strangers.heard("id5", false, at(13)) == Step::Stop);
}

TEST_CASE("a worker of Locust that outlived its master stops, greets and works for the new one") {
  ClusterBench bench;
  bench.pass(3, {{"a_1", "running"}});
  REQUIRE(bench.sent("a_1") == std::vector<std::string>{"stop"});
  bench.say("a_1", "client_stopped").join("a_1").start(4, 10).obey();
  CHECK(bench.last_users("a_1") == 4);
  bench.forget().pass(8, {{"a_1", "running"}});
  for (const std::string& type : bench.sent("a_1")) CHECK(type != "stop");
}

TEST_CASE("a Java worker at rest ignores the stop: it is taken as if it had greeted") {
  ClusterBench bench;
  bench.pass(8, {{"a_1", "ready"}});
  CHECK(bench.sent("a_1").front() == "stop");
  CHECK(bench.said("a_1 (index 0) reported as ready. 1 workers connected.") == 1);
  bench.start(4, 10).obey();
  CHECK(bench.master.user_count() == 4);
}

TEST_CASE("nobody is won back who has just stopped, nor while the master ends, nor past a join secret") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").start(2, 10).obey().stop().say("a_1", "client_stopped").forget();
  bench.pass(0.5).say("b_1", "client_stopped").pass(9, {{"a_1", "ready"}});
  CHECK(bench.sent("a_1").empty());  // it waits before it greets again, as it was told to

  bench.join("b_1").quit().forget().pass(4, {{"c_1", "running"}, {"b_1", "ready"}});
  CHECK(bench.sent("c_1").empty());

  MasterSettings settings;
  settings.join_secret = "hush";
  ClusterBench closed(settings);
  closed.pass(9, {{"c_1", "running"}});
  CHECK(closed.sent("c_1").empty());
}
