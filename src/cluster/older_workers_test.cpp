// Go and Java workers (the libraries Boomer and Locust4j), as their bytes are: the old form of MessagePack, no version,
// reports of their own kind.
#include <doctest/doctest.h>

#include "cluster/bench_testing.h"
#include "cluster/plain_options.h"

using namespace acrida::cluster;
using namespace std::string_literals;
using acrida::wire::MsgpackWriter;

namespace {

// Text as the old dialect has it: no str8, so 32 bytes and more are str16.
std::string old_text(const std::string& text) {
  if (text.size() < 32) return std::string(1, static_cast<char>(0xa0 | text.size())) + text;
  return "\xda\0"s + static_cast<char>(text.size()) + text;
}
const std::string kId = "gopher_0123456789abcdef0123456789abcdef";

std::string message(const std::string& type, const std::string& data) {
  return "\x93"s + old_text(type) + data + old_text(kId);
}
std::string integer64(std::int64_t value) {
  std::string bytes = "\xd3";
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

// A row as Boomer writes it: whole timestamps, int64 beyond 127, a minimum of 0 without requests.
std::string row(const std::string& name, const std::string& method, std::int64_t requests, std::int64_t min,
                std::int64_t max) {
  std::string data = "\x8e"s;
  data += old_text("name") + old_text(name) + old_text("method") + old_text(method);
  data +=
      old_text("last_request_timestamp") + integer64(1'790'000'100) + old_text("start_time") + integer64(1'790'000'000);
  data += old_text("num_requests") + integer64(requests) + old_text("num_none_requests") + integer64(0);
  data += old_text("num_failures") + integer64(1) + old_text("total_response_time") + integer64(requests * max);
  data += old_text("max_response_time") + integer64(max) + old_text("min_response_time") + integer64(min);
  data += old_text("total_content_length") + integer64(10 * requests);
  data += old_text("response_times") + (requests > 0 ? "\x81"s + integer64(max) + integer64(requests) : "\x80"s);
  data += old_text("num_reqs_per_sec") +
          (requests > 0 ? "\x81"s + integer64(1'790'000'100) + integer64(requests) : "\x80"s);
  data += old_text("num_fail_per_sec") + "\x80"s;
  return data;
}

std::string report(std::int64_t requests, std::int64_t min, std::int64_t max, const std::string& users) {
  std::string data =
      "\x85"s + old_text("stats") + (requests > 0 ? "\x91"s + row("/\xff", "http", requests, min, max) : "\x90"s);
  data += old_text("stats_total") + row("Total", "", requests, min, max);
  data += old_text("errors") + "\x81"s + old_text("0123456789abcdef0123456789abcdef");
  data += "\x84"s + old_text("name") + old_text("/") + old_text("method") + old_text("http") + old_text("error") +
          old_text("EOF") + old_text("occurrences") + integer64(2);
  return data + old_text("user_count") + integer64(3) + old_text("user_classes_count") + users;
}

}  // namespace

TEST_CASE("a Go worker joins, works, reports, stops, joins again and quits") {
  ClusterBench bench;
  bench.raw(kId, message("client_ready", "\xff"));
  CHECK(bench.sent(kId) == std::vector<std::string>{"ack"});
  CHECK(bench.said("different") == 0);
  const std::string ack = bench.last_bytes(kId);
  CHECK_FALSE(read_ack(open_envelope(ack)->data)->extended.has_value());  // one key, nothing to trip over

  bench.start(3, 10, {{"Dummy", 1, 0}});
  const std::string spawn_bytes = bench.last_bytes(kId);
  const auto spawn = open_envelope(spawn_bytes);
  CHECK(spawn->node_id == kId);  // Boomer drops what is not addressed to it
  bench.raw(kId, message("spawning", "\xc0"));
  bench.raw(kId, message("spawning_complete", "\x82"s + old_text("count") + "\x03" + old_text("user_classes_count") +
                                                  "\x81" + old_text("Dummy") + integer64(3)));
  CHECK(bench.master.user_count() == 3);
  CHECK(bench.master.state() == RunState::Running);
  const std::string completion_bytes = bench.last_bytes(kId);
  const auto completion = open_envelope(completion_bytes);
  CHECK(completion->type == "spawning_complete");
  CHECK(hex(completion->data) == "81aa757365725f636f756e7403");  // no classes: Java workers would obey them

  bench.raw(kId, message("heartbeat", "\x83"s + old_text("state") + old_text("running") +
                                          old_text("current_cpu_usage") + "\xcb\x40\x24\0\0\0\0\0\0"s +
                                          old_text("current_memory_usage") + "\xce\0\x10\0\0"s));
  CHECK(bench.sent(kId).back() == "heartbeat");
  bench.raw(kId, message("stats", report(200, 5, 9, "\x81"s + old_text("Dummy") + integer64(3))));
  CHECK(bench.master.stats().total().num_requests() == 200);
  CHECK(bench.master.stats().entries().at(0)->name() == "/\xef\xbf\xbd");  // bytes that were no text

  bench.stop().raw(kId, message("client_stopped", "\xc0")).raw(kId, message("client_ready", "\xff"));
  CHECK(bench.sent(kId).back() == "ack");
  CHECK(bench.count<RunStopped>() == 1);
  bench.quit().raw(kId, message("quit", "\xc0"));
  CHECK(bench.count<QuitFinished>() == 1);
  CHECK(bench.master.dropped().empty());
}

TEST_CASE("an idle interval of a Go worker does not make the minimum 0, nor its null classes an error") {
  ClusterBench bench;
  bench.raw(kId, message("client_ready", "\xff")).start(3, 10, {{"Dummy", 1, 0}}).obey();
  bench.raw(kId, message("stats", report(4, 5, 9, "\xc0"s)));
  bench.raw(kId, message("stats", report(0, 0, 0, "\xc0"s)));
  const acrida::stats::Entry& total = bench.master.stats().total();
  CHECK(total.min_ms()->value == 5);
  CHECK(total.max_ms().value == 9);
  CHECK(total.name() == "Aggregated");
  CHECK(bench.master.stats().errors().records().at(0)->occurrences.get() == 4);
  CHECK(bench.master.stats().errors().records().at(0)->first_seen.get() == 0);
  CHECK(bench.master.dropped().empty());
}

TEST_CASE("what a Go worker did after its last report is lost, and the report says so; of others nothing is") {
  ClusterBench bench;
  const std::map<std::string, std::string> alive = {{"a_1", "running"}, {kId, "running"}};
  bench.join("a_1").raw(kId, message("client_ready", "\xff")).start(3, 10, {{"Dummy", 1, 0}}).obey().pass(3, alive);
  bench.raw(kId, message("stats", report(300, 5, 9, "\x81"s + old_text("Dummy") + integer64(2)))).pass(2, alive).stop();
  bench.raw(kId, message("client_stopped", "\xc0")).raw(kId, message("client_ready", "\xff"));
  bench.say("a_1", "client_stopped").join("a_1");
  REQUIRE(bench.master.ledger().gaps().size() == 1);
  const Gap gap = bench.master.ledger().gaps().at(kId);
  CHECK(gap.why.find("no last report") != gap.why.npos);
  CHECK(gap.unknown_seconds == doctest::Approx(2));
  CHECK(gap.requests_per_second == 100);

  bench.quit().raw(kId, message("quit", "\xc0")).say("a_1", "quit");  // without users there was nothing more
  CHECK(bench.master.ledger().gaps().at(kId).unknown_seconds == doctest::Approx(2));
  bench.raw(kId, message("client_ready", "\xff")).start(3, 10, {{"Dummy", 1, 0}});
  CHECK(bench.master.ledger().gaps().empty());
}

TEST_CASE("a state that nobody knows is kept as it is and counts as none of ours") {
  ClusterBench bench;
  bench.join("a_1").beat("a_1", "stopped");
  CHECK(bench.master.roster().find("a_1")->state == "stopped");
  CHECK(bench.master.worker_count() == 0);
}

TEST_CASE("what came last is in the fine percentiles when a test has stopped, and when the master quits") {
  const auto last_ms = [](const ClusterBench& bench) {
    return bench.master.stats().total().percentile_us(1.0) / 1000.0;
  };
  ClusterBench bench;
  bench.raw(kId, message("client_ready", "\xff")).start(3, 10, {{"Dummy", 1, 0}}).obey();
  bench.raw(kId, message("stats", report(4, 5, 9, "\xc0"s)));
  bench.stop().raw(kId, message("client_stopped", "\xc0")).raw(kId, message("client_ready", "\xff"));
  CHECK(bench.count<RunStopped>() == 1);
  CHECK(last_ms(bench) == doctest::Approx(9).epsilon(0.01));

  bench.raw(kId, message("stats", report(1, 70, 70, "\xc0"s)));
  bench.quit().raw(kId, message("quit", "\xc0"));
  CHECK(bench.count<QuitFinished>() == 1);
  CHECK(last_ms(bench) == doctest::Approx(70).epsilon(0.01));
}

TEST_CASE(
    "a Go program that ends without its goodbye is not waited for, and what is missing is told from the quit on") {
  ClusterBench bench;
  bench.raw(kId, message("client_ready", "\xff")).start(3, 10, {{"Dummy", 1, 0}}).obey().pass(3, {{kId, "running"}});
  bench.raw(kId, message("stats", report(300, 5, 9, "\x81"s + old_text("Dummy") + integer64(3))));
  bench.pass(0.5).quit().pass(1);
  CHECK(bench.count<QuitFinished>() == 0);
  bench.pass(1);
  REQUIRE(bench.count<QuitFinished>() == 1);
  for (const MasterAction& action : bench.actions)
    if (const QuitFinished* end = std::get_if<QuitFinished>(&action)) CHECK(end->silent.empty());
  CHECK(bench.said("ended without a goodbye") == 1);
  const Gap gap = bench.master.ledger().gaps().at(kId);
  CHECK(gap.why == "sent no last report, as is the way of Go and Java workers");
  CHECK(gap.unknown_seconds == doctest::Approx(0.5));
}

TEST_CASE("a Go worker that goes on is told to quit again, and so is everybody who may still bring results") {
  ClusterBench bench;
  bench.join("a_1").raw(kId, message("client_ready", "\xff")).start(2, 10, {{"Dummy", 1, 0}}).obey().quit().forget();
  bench.pass(2.5, {{kId, "running"}});
  CHECK(bench.count<QuitFinished>() == 0);
  CHECK(bench.sent(kId) == std::vector<std::string>{"heartbeat", "quit", "heartbeat", "quit"});
  bench.pass(0.1);
  CHECK(bench.count<QuitFinished>() == 0);  // a_1 says nothing either, but it has a last report to bring
}

TEST_CASE("Java workers get only the options that their reader takes; others get all") {
  std::string options;
  MsgpackWriter out(options);
  out.map(8).key("tags").array(1).text("a").key("users").array(1).map(1).key("weight").integer(1);
  out.key("host").text("http://x").key("seed").integer(3'000'000'000).key("rate").number(1.5).key("on").boolean(true);
  out.key("none").nil().key("low").integer(-2'147'483'648);
  const std::string plain = plain_options(options);
  CHECK(hex(plain) ==
        hex("\x85\xa4host\xa8http://x\xa4rate\xcb\x3f\xf8\0\0\0\0\0\0\xa2on\xc3\xa4none\xc0\xa3low\xd2\x80\0\0\0"s));
  CHECK(hex(plain_options("")) == "80");
  CHECK(hex(plain_options("\xc0")) == "80");
  CHECK(hex(plain_options("\x82\xa1x")) == "80");

  ClusterBench bench;
  bench.join("a_1").raw(kId, message("client_ready", "\xff"));
  StartOrder order;
  order.users = 2, order.spawn_rate = 10;
  order.user_classes = {{"Dummy", 1, 0}};
  order.parsed_options = options;
  bench.keep(bench.master.start(std::move(order), bench.now()));
  CHECK(bench.orders("a_1").at(0).parsed_options == options);
  CHECK(bench.orders(kId).at(0).parsed_options == plain);
}

TEST_CASE("a CPU that Java cannot tell is 0, and the heartbeat counts") {
  ClusterBench bench;
  bench.raw(kId, message("client_ready", "\xff"));
  for (const std::string& cpu : {"\xcb\x7f\xf8\0\0\0\0\0\0"s, "\xcb\xff\xf0\0\0\0\0\0\0"s, "\xd0\x9c"s, "\xc0"s}) {
    bench.forget().raw(kId, message("heartbeat", "\x82"s + old_text("state") + old_text("ready") +
                                                     old_text("current_cpu_usage") + cpu));
    CHECK(bench.sent(kId) == std::vector<std::string>{"heartbeat"});
    CHECK(bench.master.roster().find(kId)->cpu_percent == 0);
  }
  CHECK(bench.master.dropped().empty());
}

TEST_CASE("failures that a Java worker tells without their seconds are spread over the seconds of its requests") {
  ClusterBench bench;
  bench.raw(kId, message("client_ready", "\xff")).start(3, 10, {{"Dummy", 1, 0}}).obey();
  const auto java_report = [](std::int64_t failures, const std::string& seconds) {
    std::string data = "\x82"s + old_text("stats_total") + "\x80" + old_text("stats") + "\x91\x86"s;
    data += old_text("name") + old_text("/java") + old_text("method") + old_text("POST") + old_text("num_requests") +
            integer64(10) + old_text("start_time") + integer64(1'790'000'100);
    return data + old_text("num_failures") + integer64(failures) + old_text("num_reqs_per_sec") + seconds;
  };
  const std::string three = "\x83"s + integer64(1'790'000'102) + "\x02" + integer64(1'790'000'101) + "\x01" +
                            integer64(1'790'000'103) + "\x07";
  bench.raw(kId, message("stats", java_report(5, three)));
  const acrida::stats::Entry& row = *bench.master.stats().entries().at(0);
  std::map<std::int64_t, std::int64_t> failed;
  for (const auto& [second, count] : row.failures_per_second()) failed[second] = count;
  CHECK(failed == std::map<std::int64_t, std::int64_t>{{1'790'000'102, 1}, {1'790'000'103, 4}});
  CHECK(row.num_failures() == 5);
  bench.raw(kId, message("stats", java_report(3, "\x80"s)));  // nothing to go by
  CHECK(row.num_failures() == 8);
  CHECK(bench.master.dropped().empty());
}
