// What breaks or falsifies a run with the reference, and does not with this master: one test for each.
#include <doctest/doctest.h>

#include "cluster/bench_testing.h"
#include "cluster/report.h"

using namespace acrida::cluster;
using acrida::wire::MsgpackWriter;
using namespace std::string_literals;

namespace {

std::string packed(auto&& write) {
  std::string data;
  MsgpackWriter out(data);
  write(out);
  return data;
}

// A report of `requests` requests of 100 ms, as a worker sends it.
std::string report(std::int64_t requests, const ClassCounts& users = {}) {
  return packed([&](MsgpackWriter& out) {
    const auto row = [&](const char* name, const char* method) {
      out.map(14).key("name").text(name).key("method").text(method).key("last_request_timestamp").number(1.79e9);
      out.key("start_time").number(1.78e9).key("num_requests").integer(requests).key("num_none_requests").integer(0);
      out.key("num_failures").integer(0).key("total_response_time").number(100.0 * static_cast<double>(requests));
      out.key("max_response_time")
          .number(100)
          .key("min_response_time")
          .number(100)
          .key("total_content_length")
          .integer(0);
      out.key("response_times").map(1).integer(100).integer(requests);
      out.key("num_reqs_per_sec").map(1).integer(1'790'000'000).integer(requests).key("num_fail_per_sec").map(0);
    };
    out.map(5).key("stats").array(1);
    row("/", "GET");
    out.key("stats_total");
    row("Aggregated", "");
    out.key("errors").map(0).key("user_classes_count").map(users.size());
    for (const auto& [name, count] : users) out.text(name).integer(count);
    out.key("user_count").integer(sum(users));
  });
}

std::int64_t counted(const ClusterBench& bench) { return bench.master.stats().total().num_requests(); }

}  // namespace

TEST_CASE("no message makes the master deaf") {
  ClusterBench bench;
  bench.join("a_1");
  const std::vector<std::string> bytes = {"",
                                          "\xc1",
                                          "\x93",
                                          "hello",
                                          "\x05",
                                          "\x92\x01\x02",
                                          "\x94\x01\x02\x03\x04",
                                          "\x93\x01\xc0\xa3"
                                          "a_1",
                                          "\x83\xa1"
                                          "a\x01\xa1"
                                          "b\x02\xa1"
                                          "c\x03"s,
                                          make_message("quit", {}, "a_1") + "x",
                                          "\xdd\xff\xff\xff\xff",
                                          std::string(1000, '\x91')};
  for (const std::string& message : bytes) bench.raw("a_1", message).raw("nobody_1", message);
  const std::vector<std::string> types = {"heartbeat",    "stats",        "spawning_complete", "exception",
                                          "logs",         "client_ready", "locustfile",        "acrida_join",
                                          "acrida_frame", "quit_not"};
  const std::vector<std::string> data = {
      ""s,
      "\x01"s,
      "\xa1x"s,
      "\x90"s,
      "\x80"s,
      "\xcb\x7f\xf8\0\0\0\0\0\0"s,
      packed([](auto& out) { out.map(1).key("state").nil(); }),
      packed([](auto& out) { out.map(1).key("stats").map(0); }),
      packed([](auto& out) {
        out.map(2).key("stats").array(1).map(1).key("num_requests").integer(-5).key("stats_total").nil();
      }),
      packed([](auto& out) { out.map(1).key("user_classes_count").text("many"); }),
      packed([](auto& out) { out.map(1).key("logs").nil(); })};
  for (const std::string& type : types)
    for (const std::string& each : data)
      if (!(type == "client_ready" && each.empty())) bench.say("a_1", type, each).say("nobody_1", type, each);
  bench.forget().beat("a_1", "ready");
  CHECK(bench.sent("a_1") == std::vector<std::string>{"heartbeat"});
  CHECK(bench.master.roster().find("a_1")->state == "ready");
  CHECK(bench.master.dropped().at("not a message") > 10);
  CHECK(counted(bench) == 0);
}

TEST_CASE(
    "a corrupted message of a known worker resets its link, one of a stranger is left alone, and nothing is handled "
    "twice (62)") {
  ClusterBench bench;
  bench.join("a_1").say("a_1", "stats", report(7)).forget();
  bench.raw("a_1", make_message("heartbeat", {}, "a_1") + "\xff");
  CHECK(bench.sent("a_1") == std::vector<std::string>{"reconnect"});
  CHECK(bench.said("RPCError when receiving from client: ZMQ interrupted or corrupted message") == 1);
  CHECK(counted(bench) == 7);
  bench.raw("nobody_1", "\xc1");
  CHECK(bench.sent("nobody_1").empty());
  CHECK(bench.said("Unrecognized message detected: ZMQ interrupted or corrupted message from nobody_1") == 1);
}

TEST_CASE("a report that is wrong in its last byte counts nothing of what stands before") {
  ClusterBench bench;
  bench.join("a_1");
  std::string broken = report(9);
  broken.back() = '\xc1';
  broken.replace(broken.size() - 12, 1, "\xc0");
  bench.say("a_1", "stats", packed([](auto& out) { out.map(2).key("stats").array(0).key("stats_total").integer(1); }));
  CHECK(counted(bench) == 0);
  CHECK(bench.master.dropped().at("malformed report") == 1);
}

TEST_CASE("a report that is said to be discarded is discarded") {
  ClusterBench bench;
  bench.join("a_1").say("stranger_1", "stats", report(5));
  CHECK(bench.said("Discarded report from unrecognized worker stranger_1") == 1);
  CHECK(counted(bench) == 0);
}

TEST_CASE("the last results of a worker that has just stopped are not lost with its node") {
  ClusterBench bench;
  bench.join("a_1").start(1, 1).obey().stop().say("a_1", "client_stopped").say("a_1", "stats", report(3));
  CHECK(counted(bench) == 3);
}

TEST_CASE("what a worker counted in the test before does not leak into the next one") {
  ClusterBench bench;
  bench.join("a_1").start(1, 1).obey().stop().say("a_1", "client_stopped").join("a_1");
  bench.start(1, 1).say("a_1", "stats", report(4));  // it has not answered the new order yet
  CHECK(counted(bench) == 0);
  CHECK(bench.master.ledger().late_requests() == 4);
  bench.obey().say("a_1", "stats", report(2));
  CHECK(counted(bench) == 2);
}

TEST_CASE("nobody speaks in another's name") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").raw("b_1", make_message("quit", {}, "a_1"));
  CHECK(bench.master.worker_count() == 2);
  CHECK(bench.master.dropped().at("in another's name") == 1);
}

TEST_CASE("every join and leave is rebalanced, also the second one without --enable-rebalancing") {
  ClusterBench bench;
  bench.join("a_1").start(12, 100).obey();
  bench.join("b_1").obey().join("c_1").obey();
  CHECK(bench.last_users("c_1") == 4);
  bench.say("a_1", "quit").obey().say("b_1", "quit").obey();
  CHECK(bench.last_users("c_1") == 12);
  CHECK(bench.master.state() == RunState::Running);
}

TEST_CASE("a worker that comes while the counts are waited for gets its share, too") {
  ClusterBench bench;
  bench.join("a_1").start(10, 100).join("b_1");
  CHECK(bench.last_users("a_1") == 10);
  bench.spawned("a_1", {{"A", 10}});  // the ramp is complete now
  CHECK(bench.last_users("a_1") == 5);
  CHECK(bench.last_users("b_1") == 5);
}

TEST_CASE("a dead worker is dropped without starting the others again from zero") {
  for (const bool rebalances : {false, true}) {
    MasterSettings settings;
    settings.enables_rebalancing = rebalances;
    ClusterBench bench(settings);
    bench.join("a_1").join("b_1").start(100, 10);
    for (int second = 0; second < 11; ++second) bench.obey().pass(1, {{"a_1", "running"}, {"b_1", "running"}});
    bench.obey();
    REQUIRE(bench.master.state() == RunState::Running);
    bench.forget().pass(75, {{"a_1", "running"}});
    for (const SpawnOrder& order : bench.orders("a_1")) CHECK(sum(order.counts) >= 50);
    CHECK(bench.last_users("a_1") == 100);
    CHECK(bench.master.roster().find("b_1") == nullptr);
  }
}

TEST_CASE("with --enable-rebalancing users of a silent worker move within seconds (27)") {
  MasterSettings settings;
  settings.enables_rebalancing = true;
  ClusterBench bench(settings);
  for (const char* id : {"a_1", "b_1", "c_1"}) bench.join(id);
  bench.start(6, 100).obey().pass(6, {{"a_1", "running"}, {"b_1", "running"}});
  CHECK(bench.last_users("a_1") == 3);
  CHECK(bench.last_users("b_1") == 3);
}

TEST_CASE("quit waits for last results as long as users may take to finish, not half a second") {
  MasterSettings settings;
  ClusterBench bench(settings);
  StartOrder order;
  order.users = 1;
  order.spawn_rate = 1;
  order.stop_timeout = 10;
  order.user_classes = {{"A", 1, 0}};
  bench.join("a_1");
  for (auto& action : bench.master.start(std::move(order), bench.now())) bench.actions.push_back(action);
  bench.obey().quit().pass(9, {{"a_1", "running"}});
  CHECK(bench.count<QuitFinished>() == 0);
  bench.say("a_1", "stats", report(15)).say("a_1", "quit");
  CHECK(bench.count<QuitFinished>() == 1);
  CHECK(counted(bench) == 15);
}

TEST_CASE("quit does not wait for ever, names who was silent, and a second one ends the waiting") {
  ClusterBench bench;
  bench.join("a_1").quit().pass(5.5, {{"a_1", "running"}});
  REQUIRE(bench.count<QuitFinished>() == 1);
  for (const MasterAction& action : bench.actions)
    if (const QuitFinished* end = std::get_if<QuitFinished>(&action))
      CHECK(end->silent == std::vector<std::string>{"a_1"});
  ClusterBench hasty;
  hasty.join("a_1").quit().quit();
  CHECK(hasty.count<QuitFinished>() == 1);
}

TEST_CASE("a stop ends the ramp") {
  ClusterBench bench;
  bench.join("a_1").start(100, 1).obey().pass(3, {{"a_1", "running"}}).stop().say("a_1", "client_stopped").join("a_1");
  bench.forget().pass(10, {{"a_1", "ready"}});
  CHECK(bench.orders("a_1").empty());
  CHECK(bench.master.state() == RunState::Stopped);
}

TEST_CASE("an order that nobody reacted to is sent again, newer, and not for ever quickly") {
  ClusterBench bench;
  bench.join("a_1").start(5, 10).forget().pass(30, {{"a_1", "ready"}});
  const std::vector<SpawnOrder> again = bench.orders("a_1");
  CHECK(again.size() >= 1);
  CHECK(again.size() <= 3);
  CHECK(sum(again.front().counts) == 5);
  bench.obey().forget().pass(30, {{"a_1", "running"}});
  CHECK(bench.orders("a_1").empty());
}

TEST_CASE("orders grow newer although the master's clock was set back") {
  ClusterBench bench;
  bench.join("a_1").start(5, 10).obey();
  StartOrder order;
  order.users = 6;
  order.spawn_rate = 10;
  order.user_classes = {{"A", 1, 0}};
  Moment past = bench.now();
  past.wall -= 3600;
  for (auto& action : bench.master.start(std::move(order), past)) bench.actions.push_back(action);
  const std::vector<SpawnOrder> orders = bench.orders("a_1");
  CHECK(orders.at(orders.size() - 1).timestamp > orders.at(orders.size() - 2).timestamp);
}

TEST_CASE("a fresh master that hears a stranger is still ready, not stopped") {
  ClusterBench bench;
  bench.beat("stranger_1", "running");
  CHECK(bench.master.state() == RunState::Ready);
  CHECK(bench.said("Got heartbeat message from unknown worker stranger_1") == 1);
  CHECK(bench.sent("stranger_1").empty());
}

TEST_CASE("a worker that missed the stop is told again") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").start(2, 10).obey().pass(6, {{"b_1", "running"}});
  bench.stop().say("b_1", "client_stopped").join("b_1").forget();
  bench.pass(25, {{"a_1", "running"}, {"b_1", "ready"}});
  const auto sent = bench.sent("a_1");
  CHECK(std::count(sent.begin(), sent.end(), "stop") == 1);
}

TEST_CASE("a peer that floods is cut short and the others are heard") {
  MasterSettings settings;
  settings.peer_limits.burst = 50;
  settings.peer_limits.messages_per_second = 10;
  settings.peer_limits.message_bytes = 10'000;
  ClusterBench bench(settings);
  bench.join("a_1").join("b_1");
  for (int i = 0; i < 500; ++i) bench.beat("a_1", "ready");
  CHECK(bench.master.dropped().at("too many messages") > 400);
  CHECK(bench.said("too many messages") == 1);
  bench.forget().beat("b_1", "ready");
  CHECK(bench.sent("b_1").size() == 1);
  bench.say("b_1", "news", packed([](auto& out) { out.text(std::string(20'000, 'x')); }));
  CHECK(bench.master.dropped().at("not a message") == 1);
}

TEST_CASE("the master's waiting and its message handling do not hold each other up") {
  ClusterBench bench;
  bench.join("a_1").start(1000, 1);  // a ramp of a quarter of an hour
  bench.pass(2, {{"a_1", "running"}}).say("b_1", "client_ready", packed([](auto& out) { out.text("2.47.0"); }));
  CHECK(bench.sent("b_1").front() == "ack");
  bench.stop();
  CHECK(bench.master.state() == RunState::Stopping);
}
