// The master towards workers of Locust's own dialect: joining, ramps, leaving. Numbers in brackets: the behaviours of
// the reference that are shown.
#include "cluster/master.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "cluster/bench_testing.h"
#include "cluster/locustfile_request.h"

using namespace acrida::cluster;

TEST_CASE("what is sent is Locust's to the byte") {
  ClusterBench bench;
  bench.raw("alpha_01", from_hex("93ac636c69656e745f7265616479ffa8616c7068615f3031"));  // as a Go worker greets
  CHECK(hex(bench.last_bytes("alpha_01")) == "93a361636b81a5696e64657800a8616c7068615f3031");
  bench.beat("alpha_01", "ready");
  CHECK(hex(bench.last_bytes("alpha_01")) == "93a9686561727462656174c0a8616c7068615f3031");
  bench.start(5, 10).spawned("alpha_01", {{"A", 5}});
  CHECK(hex(bench.last_bytes("alpha_01")) ==
        "93b1737061776e696e675f636f6d706c65746581aa757365725f636f756e7405a8616c7068615f3031");
  bench.stop();
  CHECK(hex(bench.last_bytes("alpha_01")) == "93a473746f70c0a8616c7068615f3031");
  bench.quit();
  CHECK(hex(bench.last_bytes("alpha_01")) == "93a471756974c0a8616c7068615f3031");
}

TEST_CASE("an order has the five keys of Locust in its order, a float for a timestamp, and nothing else") {
  ClusterBench bench;
  bench.join("w_1").start(2, 10);
  const auto bytes = bench.last_bytes("w_1");
  const auto envelope = open_envelope(bytes);
  REQUIRE(envelope->type == "spawn");
  acrida::wire::MsgpackReader reader(envelope->data);
  REQUIRE(reader.read_map() == 5);
  CHECK(reader.read_text() == "timestamp");
  CHECK(reader.peek() == acrida::wire::MsgpackReader::Kind::Float);
  reader.skip();
  for (const char* key : {"user_classes_count", "host", "stop_timeout", "parsed_options"}) {
    CHECK(reader.read_text() == key);
    reader.skip();
  }
  CHECK((reader.ok() && reader.at_end()));
}

TEST_CASE("five workers get the indexes 0 to 4, and keep them when they come again (53)") {
  ClusterBench bench;
  for (const char* id : {"e_1", "d_1", "c_1", "b_1", "a_1"}) bench.join(id);
  CHECK(bench.count<WorkerConnected>() == 5);
  CHECK(bench.master.roster().find("e_1")->index == 0);
  CHECK(bench.master.roster().find("a_1")->index == 4);
  bench.say("e_1", "client_stopped").join("e_1");
  CHECK(bench.master.roster().find("e_1")->index == 0);
  CHECK(bench.said("e_1 (index 0) reported as ready. 5 workers connected.") == 1);
}

TEST_CASE("a greeting that is repeated makes one node and one share (61; the reference gives a double one)") {
  ClusterBench bench;
  bench.join("w_1").join("w_1").join("w_2");
  CHECK(bench.said("reported as ready (duplicate message)") == 1);
  bench.start(4, 10);
  CHECK(bench.last_users("w_1") == 2);
  CHECK(bench.last_users("w_2") == 2);
}

TEST_CASE("versions: an empty one is an error and no worker, another minor one warning, -1 and a patch none (37)") {
  ClusterBench bench;
  bench.say("old_1", "client_ready", "\xa0");
  CHECK(bench.said("An old (pre 2.0) worker tried to connect (old_1). That's not going to work.") == 1);
  CHECK(bench.master.worker_count() == 0);
  CHECK(bench.sent("old_1").empty());
  bench.join("a_1", "abcd").join("p_1", "2.47.9").say("g_1", "client_ready", "\xff").join("s_1");
  CHECK(bench.said("A worker (a_1) running a different version (abcd) connected, master version is 2.47.0") == 1);
  CHECK(bench.said("running a different version") == 1);
  CHECK(bench.said("A worker (p_1) running a different patch version ('2.47.9') connected") == 1);
  CHECK(bench.master.worker_count() == 4);
}

// Locust's master refuses it, and with it the Java workers that exist.
TEST_CASE("a Java worker, which says nothing of its version, joins") {
  ClusterBench bench;
  bench.say("java_1", "client_ready", "\xc0");
  CHECK(bench.master.worker_count() == 1);
  CHECK(bench.said("running a different version") == 0);
}

TEST_CASE("a start without workers is a warning and nothing else") {
  ClusterBench bench;
  bench.start(5, 1);
  CHECK(bench.said("You can't start a distributed test before at least one worker processes has connected") == 1);
  CHECK(bench.master.state() == RunState::Ready);
  CHECK(bench.master.start_kind() == Master::StartKind::NoWorkers);
}

TEST_CASE("a start tells ready, spawning and running workers, and the completion once (48, 29)") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").join("c_1").beat("b_1", "spawning").beat("c_1", "running");
  bench.start(6, 10).obey();
  for (const char* id : {"a_1", "b_1", "c_1"}) {
    CHECK(bench.orders(id).size() == 1);
    CHECK(bench.last_users(id) == 2);
    CHECK(bench.sent(id).back() == "spawning_complete");
  }
  CHECK(bench.count<SpawningCompleted>() == 1);
  CHECK(bench.master.state() == RunState::Running);
  CHECK(bench.said("All users spawned: {\"A\": 6} (6 total users)") == 1);
}

TEST_CASE("seven users on five workers are five orders that sum to seven; two users are five orders as well (52)") {
  for (const std::int64_t users : {7, 2}) {
    ClusterBench bench;
    std::int64_t told = 0;
    for (const char* id : {"a_1", "b_1", "c_1", "d_1", "e_1"}) bench.join(id);
    bench.start(users, 10);
    for (const char* id : {"a_1", "b_1", "c_1", "d_1", "e_1"}) {
      CHECK(bench.orders(id).size() == 1);
      told += bench.last_users(id);
    }
    CHECK(told == users);
  }
}

TEST_CASE("no users at all is a ramp that is over at once (51)") {
  ClusterBench bench;
  bench.join("a_1").start(0, 1).obey();
  CHECK(bench.master.state() == RunState::Running);
  CHECK(bench.last_users("a_1") == 0);
}

TEST_CASE("seven, ten and one user of two classes on one worker (58)") {
  ClusterBench bench;
  const std::vector<acrida::load::UserClass> two = {{"A", 1, 0}, {"B", 1, 0}};
  bench.join("a_1").start(7, 7, two).obey();
  CHECK(bench.orders("a_1").back().counts == ClassCounts{{"A", 4}, {"B", 3}});
  bench.start(10, 10, two).pass(2).obey();
  CHECK(bench.orders("a_1").back().counts == ClassCounts{{"A", 5}, {"B", 5}});
  bench.start(1, 100, two).pass(2).obey();
  CHECK(bench.orders("a_1").back().counts == ClassCounts{{"A", 1}, {"B", 0}});
}

TEST_CASE("a hundred users at twenty a second are five orders of 20 to 100; a second worker makes it 50 and 50 (47)") {
  ClusterBench bench;
  bench.join("a_1").start(100, 20);
  for (int second = 0; second < 5; ++second) bench.obey().pass(1, {{"a_1", "running"}});
  std::vector<std::int64_t> users;
  for (const SpawnOrder& order : bench.orders("a_1")) users.push_back(sum(order.counts));
  CHECK(users == std::vector<std::int64_t>{20, 40, 60, 80, 100});
  bench.obey();
  REQUIRE(bench.master.state() == RunState::Running);
  bench.join("b_1");
  CHECK(bench.last_users("a_1") == 50);
  CHECK(bench.last_users("b_1") == 50);
}

TEST_CASE("the ramp waits a second for the workers' counts, and no message waits for it (60, 122)") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").start(4, 10).spawned("a_1", {{"A", 2}});
  bench.pass(0.9).beat("b_1", "ready");
  CHECK(bench.sent("b_1").back() == "heartbeat");  // handled while the master waits
  CHECK(bench.master.state() == RunState::Spawning);
  bench.pass(0.2);
  CHECK(bench.master.state() == RunState::Running);
  CHECK(bench.said("Spawning is complete and report waittime is expired, but not all reports received from workers: "
                   "{\"A\": 2} (2 total users)") == 1);
  // Listeners are told what was wanted.
  const auto told = std::find_if(bench.actions.begin(), bench.actions.end(),
                                 [](const auto& each) { return std::holds_alternative<SpawningCompleted>(each); });
  REQUIRE(told != bench.actions.end());
  CHECK(std::get<SpawningCompleted>(*told).user_count == 4);
  CHECK(*read_total_user_count(open_envelope(bench.last_bytes("a_1"))->data) == 4);

  MasterSettings patient;
  patient.report_wait = acrida::base::from_seconds(5.7);
  ClusterBench longer(patient);
  longer.join("a_1").start(4, 10).pass(3, {{"a_1", "ready"}});
  CHECK(longer.master.state() == RunState::Spawning);
  longer.pass(3, {{"a_1", "ready"}});
  CHECK(longer.master.state() == RunState::Running);
}

TEST_CASE("a new test leaves missing workers out (49); one that comes back gets its share") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").pass(6, {{"a_1", "ready"}});
  CHECK(bench.master.roster().find("b_1")->is_missing());  // (40)
  CHECK(bench.said("Worker b_1 failed to send heartbeat, setting state to missing.") == 1);
  bench.start(10, 100).obey();
  CHECK(bench.last_users("a_1") == 10);
  CHECK(bench.orders("b_1").empty());
  bench.beat("b_1", "ready");
  CHECK(bench.said("Worker b_1 self-healed with heartbeat, setting state to ready.") == 1);
  CHECK(bench.last_users("b_1") == 5);
}

TEST_CASE("missing for a minute is removed, one that comes in time stays (44)") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").join("c_1").pass(50, {{"a_1", "ready"}}).beat("b_1", "ready");
  bench.pass(20, {{"a_1", "ready"}, {"b_1", "ready"}});
  CHECK(bench.master.roster().find("b_1") != nullptr);
  CHECK(bench.master.roster().find("c_1") == nullptr);
}

TEST_CASE("workers that go missing one after another stop the test with the last one (43)") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").start(2, 10).obey();
  bench.pass(6, {{"a_1", "running"}});
  CHECK(bench.count<StopWanted>() == 0);
  bench.pass(6);
  CHECK(bench.count<StopWanted>() == 1);
  CHECK(bench.said("The last worker went missing, stopping test.") == 1);
  CHECK(bench.master.state() == RunState::Stopped);
}

TEST_CASE("the last worker's quit stops the test, an earlier one does not (41, 42, 38)") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").start(2, 10).obey().say("a_1", "quit");
  CHECK(bench.master.roster().find("a_1") == nullptr);
  CHECK(bench.count<StopWanted>() == 0);
  CHECK(bench.last_users("b_1") == 2);  // (27, without a flag for those who say goodbye)
  bench.say("b_1", "quit");
  CHECK(bench.said("Worker 'b_1' (index 1) quit. 0 workers ready.") == 1);
  CHECK(bench.said("The last worker quit, stopping test.") == 1);
  CHECK(bench.count<StopWanted>() == 1);
}

TEST_CASE("when all workers have stopped by themselves the master is stopped (32)") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").start(2, 10).obey().say("a_1", "client_stopped").say("b_1", "client_stopped");
  CHECK(bench.master.state() == RunState::Stopped);
  bench.join("a_1").join("b_1");
  CHECK(bench.master.worker_count() == 2);
}

TEST_CASE("a stop does not wait long for a worker that has stopped and does not come back") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").join("c_1").start(3, 10).obey();
  bench.stop().say("a_1", "client_stopped").say("b_1", "client_stopped").say("c_1", "client_stopped").join("a_1");
  bench.say("b_1", "quit");
  CHECK(bench.count<RunStopped>() == 0);
  bench.pass(0.9);
  CHECK(bench.count<RunStopped>() == 0);
  bench.pass(0.2);
  CHECK(bench.count<RunStopped>() == 1);
  CHECK(bench.master.state() == RunState::Stopped);
}

TEST_CASE("a stop waits for everybody and then says so; the next test begins from nothing (18, 50)") {
  ClusterBench bench;
  bench.join("a_1").start(3, 10).obey();
  const std::uint64_t run = bench.master.run();
  bench.stop().pass(2, {{"a_1", "running"}});
  CHECK(bench.master.state() == RunState::Stopping);
  CHECK(bench.count<RunStopped>() == 0);
  bench.say("a_1", "client_stopped");
  CHECK(bench.count<RunStopped>() == 0);  // a start would find no worker
  bench.join("a_1");
  CHECK(bench.count<RunStopped>() == 1);
  CHECK(bench.master.state() == RunState::Stopped);
  CHECK(bench.master.start_kind() == Master::StartKind::NewTest);
  bench.start(1, 10).obey();
  CHECK(bench.last_users("a_1") == 1);
  CHECK(bench.master.run() > run);
  CHECK(bench.count<StatisticsReplaced>() == 2);
}

TEST_CASE("custom messages go to all or to one, and come with who sent them (59)") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").forget();
  for (auto& action : bench.master.send_custom("ping", "\x01", std::nullopt)) bench.actions.push_back(action);
  for (auto& action : bench.master.send_custom("ping", "\x02", "a_1")) bench.actions.push_back(action);
  CHECK(bench.sent("a_1") == std::vector<std::string>{"ping", "ping"});
  CHECK(bench.sent("b_1") == std::vector<std::string>{"ping"});
  bench.forget().say("b_1", "pong", "\x92\x01\x02");
  const CustomMessage& got = std::get<CustomMessage>(bench.actions.at(0));
  CHECK((got.type == "pong" && got.data == "\x92\x01\x02" && got.node_id == "b_1" && got.index == 1));
}

TEST_CASE("a person's message reaches a worker that has just stopped and not greeted again, and none that has quit") {
  ClusterBench bench;
  bench.join("a_1").join("b_1").join("c_1").start(3, 10).obey().stop();
  bench.say("a_1", "client_stopped").join("a_1").say("c_1", "quit").say("b_1", "client_stopped").forget();
  bench.keep(bench.master.send_custom("telemetry", "\x01", std::nullopt));
  CHECK(bench.sent("a_1") == std::vector<std::string>{"telemetry"});
  CHECK(bench.sent("b_1") == std::vector<std::string>{"telemetry"});
  CHECK(bench.sent("c_1").empty());
  bench.join("b_1").forget().keep(bench.master.send_custom("telemetry", "\x02", std::nullopt));
  CHECK(bench.sent("b_1").size() == 1);
}

TEST_CASE("of each worker its version and address are known, also after it has stopped and greets again") {
  ClusterBench bench;
  const auto hear = [&](const std::string& id, std::string_view type, std::string_view data, const char* address) {
    bench.master.on_message(id, make_message(type, data, id), bench.now(), address);
  };
  hear("a_1", "client_ready",
       "\xa6"
       "2.47.0",
       "10.0.0.1");
  hear("go_1", "client_ready", "\xff", "10.0.0.2");                                        // -1
  hear("a_1", "heartbeat", heartbeat_data({"ready", 1, 1000, std::nullopt}), "10.0.0.9");  // moved
  const auto* node = bench.master.roster().find("a_1");
  CHECK((node->version == "2.47.0" && node->address == "10.0.0.9"));
  CHECK(bench.master.roster().find("go_1")->version.empty());
  bench.say("a_1", "client_stopped");
  hear("a_1", "client_ready",
       "\xa6"
       "2.48.0",
       "10.0.0.1");
  node = bench.master.roster().find("a_1");
  CHECK((node->version == "2.48.0" && node->address == "10.0.0.1"));
}

TEST_CASE("a worker above 90 % of a processor is named once (per node)") {
  ClusterBench bench;
  bench.join("a_1").beat("a_1", "ready", 95).beat("a_1", "ready", 99);
  CHECK(bench.said("Worker a_1 (index 0) exceeded cpu threshold (will only log this once per worker)") == 1);
}

TEST_CASE("real users of Python: an exception, log lines and a locustfile are handed on") {
  ClusterBench bench;
  bench.join("a_1").say("a_1", "exception", exception_data({"kaboom", "  File x\n"}));
  bench.say("stranger_1", "exception", exception_data({"from afar", ""}));
  CHECK(bench.count<ExceptionReceived>() == 2);
  bench.say("a_1", "logs", logs_data({"a_1", {"one", "two"}}));
  CHECK(bench.count<LogsReceived>() == 1);
  std::string data;
  acrida::wire::MsgpackWriter(data).map(1).key("version").text("2.47.0");
  bench.say("d_1", "locustfile", data);
  CHECK(bench.count<LocustfileWanted>() == 1);
  bench.master.set_locustfiles("\x80");
  bench.say("d_1", "locustfile", data);
  CHECK(bench.sent("d_1") == std::vector<std::string>{"locustfile"});
}

TEST_CASE("acrida's workers get the shipment piece by piece") {
  ClusterBench bench;
  const auto ask = [&](std::int64_t piece) {
    std::string data;
    acrida::wire::MsgpackWriter(data).map(2).key("version").text("2.47.0").key("acrida_piece").integer(piece);
    bench.say("d_1", "locustfile", data);
    return std::string(open_envelope(bench.last_bytes("d_1"))->data);
  };
  bench.master.set_locustfiles("\x80");
  std::string data;
  acrida::wire::MsgpackWriter(data).map(2).key("version").text("2.47.0").key("acrida_piece").integer(0);
  bench.say("d_1", "locustfile", data);
  CHECK(bench.count<ShipmentWanted>() == 1);
  CHECK(bench.sent("d_1").empty());
  bench.master.set_shipment({std::string(Shipment::kPieceBytes + 3, 'x'), "abc", {}});
  const std::string first = ask(0), second = ask(1);
  CHECK(first.size() > Shipment::kPieceBytes);
  std::string expected;
  acrida::wire::MsgpackWriter out(expected);
  out.map(4).key("piece").integer(1).key("pieces").integer(2).key("sha256").text("abc").key("data").bytes("xxx");
  CHECK(second == expected);
  CHECK(ask(2).find("there is no piece 2") != std::string::npos);
  bench.forget();
  data.clear();
  acrida::wire::MsgpackWriter(data).map(2).key("version").text("2.47.0").key("acrida_piece").integer(-1);
  bench.say("d_1", "locustfile", data);
  CHECK(bench.sent("d_1").empty());
  bench.master.set_shipment({{}, {}, "too large"});
  CHECK(ask(0).find("too large") != std::string::npos);
}

TEST_CASE("with a join secret the shipment goes only to who knows it") {
  MasterSettings settings;
  settings.join_secret = "sesame";
  ClusterBench bench(settings);
  bench.master.set_shipment({"secret scenario", "abc", {}});
  const auto ask = [&](const std::string& proof) {
    std::string data;
    acrida::wire::MsgpackWriter out(data);
    out.map(3).key("version").text("2.47.0").key("acrida_piece").integer(0).key("acrida").text(proof);
    bench.say("d_1", "locustfile", data);
    return std::string(open_envelope(bench.last_bytes("d_1"))->data);
  };
  const std::string refused = ask("");
  CHECK(refused.find("secret scenario") == std::string::npos);
  const auto challenge = read_locustfile_challenge(refused);
  REQUIRE(challenge);
  CHECK(ask(JoinSecret("other", {}).sign("locustfile", *challenge, "d_1")).find("scenario") == std::string::npos);
  CHECK(ask(JoinSecret("sesame", {}).sign("locustfile", *challenge, "d_1")).find("secret scenario") !=
        std::string::npos);
}

TEST_CASE("a node that is turned away is one line, what only tried the port is none") {
  ClusterBench bench;
  bench.keep(bench.master.on_refused(false, bench.now()));
  CHECK(bench.said("turned away") == 0);
  bench.keep(bench.master.on_refused(true, bench.now())).keep(bench.master.on_refused(true, bench.now()));
  CHECK(bench.said("turned away") == 1);
}
