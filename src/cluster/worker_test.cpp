// The worker towards a master of Locust's own dialect.
#include "cluster/worker.h"

#include <doctest/doctest.h>

#include "cluster/bench_testing.h"

using namespace acrida::cluster;
using acrida::base::from_seconds;
using acrida::wire::MsgpackWriter;

namespace {

class WorkerBench {
  acrida::base::Instant at_{from_seconds(100)};

 public:
  explicit WorkerBench(WorkerSettings settings = {}) : worker(named(std::move(settings)), now()) {
    keep(worker.begin(now()));
  }
  Worker worker;
  WorkerActions actions;

  WorkerBench& hear(std::string_view type, std::string_view data = {}) {
    return raw(make_message(type, data, "box_1"));
  }
  WorkerBench& raw(std::string_view bytes) { return keep(worker.on_message(bytes, now())); }
  WorkerBench& ack() { return hear("ack", ack_data({0, std::nullopt})); }
  WorkerBench& spawn(double timestamp, ClassCounts counts, std::optional<double> stop_timeout = std::nullopt) {
    SpawnOrder order;
    order.timestamp = timestamp;
    order.counts = std::move(counts);
    order.stop_timeout = stop_timeout;
    return hear("spawn", spawn_data(order, false));
  }
  WorkerBench& applied(const ClassCounts& counts) {
    return keep(worker.batch_applied(newest<ApplyUsers>().number, counts, now()));
  }
  WorkerBench& report() {
    Taken taken;
    taken.total = std::make_shared<acrida::stats::Entry>("", "Aggregated", 1, false);
    return keep(worker.on_report(newest<TakeReport>().number, taken, now()));
  }
  WorkerBench& pass(double seconds, bool master_answers = false) {
    const acrida::base::Instant until = at_ + from_seconds(seconds);
    while (at_ < until) {
      at_ = std::min(until, std::max(at_ + from_seconds(0.001), worker.next_tick()));
      const std::size_t before = actions.size();
      keep(worker.on_tick(now()));
      for (std::size_t i = before; i < actions.size(); ++i) {
        if (std::holds_alternative<TakeReport>(actions[i])) report();
        if (master_answers && type_of(actions[i]) == "heartbeat") hear("heartbeat");
      }
    }
    return *this;
  }
  WorkerBench& keep(WorkerActions more) {
    for (WorkerAction& action : more) actions.push_back(std::move(action));
    return *this;
  }
  WorkerBench& forget() { return actions.clear(), *this; }
  Moment now() const { return {at_, 1.79e9}; }

  std::vector<std::string> sent() const {
    std::vector<std::string> types;
    for (const WorkerAction& action : actions)
      if (std::string type = type_of(action); !type.empty()) types.push_back(std::move(type));
    return types;
  }
  int sent(const std::string& type) const {
    const std::vector<std::string> all = sent();
    return static_cast<int>(std::count(all.begin(), all.end(), type));
  }
  int said(std::string_view text) const {
    int times = 0;
    for (const WorkerAction& action : actions)
      if (const Log* line = std::get_if<Log>(&action)) times += line->text.find(text) != line->text.npos;
    return times;
  }
  template <class Event>
  int count() const {
    int times = 0;
    for (const WorkerAction& action : actions) times += std::holds_alternative<Event>(action);
    return times;
  }
  template <class Event>
  const Event& newest() const {
    for (auto action = actions.rbegin(); action != actions.rend(); ++action)
      if (const Event* event = std::get_if<Event>(&*action)) return *event;
    throw std::runtime_error("there is none");
  }
  std::string last_bytes() const { return newest<Send>().bytes; }

 private:
  static WorkerSettings named(WorkerSettings settings) {
    settings.client_id = "box_1";
    settings.incarnation = "cafe";
    settings.address = "master:5557";
    return settings;
  }
  static std::string type_of(const WorkerAction& action) {
    const Send* send = std::get_if<Send>(&action);
    return send ? std::string(open_envelope(send->bytes)->type) : std::string{};
  }
};

}  // namespace

TEST_CASE("a worker greets, is acknowledged, and then sends heartbeat, report and logs in this order (71, 72)") {
  WorkerBench bench;
  bench.worker.add_log_line("[…] box/INFO/root: hello");
  CHECK(hex(bench.last_bytes()) == "93ac636c69656e745f7265616479a6322e34372e30a5626f785f31");
  bench.ack().report();
  CHECK(bench.count<Connected>() == 1);
  CHECK(bench.worker.index() == 0);
  CHECK(bench.sent() == std::vector<std::string>{"client_ready", "heartbeat", "logs", "stats"});
  CHECK(bench.said("Connected to locust master: master:5557") == 1);
}

TEST_CASE("without an answer it greets again every 5 s, and gives up with code 255 (71)") {
  WorkerSettings settings;
  settings.connect_retries = 1;
  WorkerBench bench(settings);
  bench.pass(30);
  CHECK(bench.sent("client_ready") == 2);
  CHECK(bench.said("Failed to connect to master master:5557, retry 1/1.") == 1);
  CHECK(bench.said("Failed to connect to the Locust master: ") == 1);
  CHECK(bench.newest<GiveUp>().exit_code == 255);
  CHECK(bench.count<GiveUp>() == 1);
}

TEST_CASE("a heartbeat a second with exactly three fields, a report every three seconds in every state (66)") {
  WorkerBench bench;
  bench.ack().report().pass(9.5, true);
  CHECK(bench.sent("heartbeat") == 10);
  CHECK(bench.sent("stats") == 4);  // the one right after the ack included
  bench.worker.set_usage(12.5, 59252736);
  bench.forget().pass(1);
  for (const WorkerAction& action : bench.actions)
    if (const Send* send = std::get_if<Send>(&action)) {
      const auto envelope = open_envelope(send->bytes);
      if (envelope->type != "heartbeat") continue;
      acrida::wire::MsgpackReader reader(envelope->data);
      CHECK(reader.read_map() == 3);
      CHECK(read_heartbeat(envelope->data)->cpu_percent == 12.5);
      CHECK(read_heartbeat(envelope->data)->memory_bytes == 59252736);
    }
}

TEST_CASE("an order is answered at once, applied by Python, and reported with what lives (65)") {
  WorkerBench bench;
  bench.ack().forget().spawn(5, {{"A", 2}}, 3.0);
  CHECK(bench.sent() == std::vector<std::string>{"spawning"});
  const ApplyUsers& order = bench.newest<ApplyUsers>();
  CHECK(order.is_new_test);
  CHECK(order.order.counts == ClassCounts{{"A", 2}});
  CHECK(order.order.stop_timeout == 3.0);  // (63)
  CHECK(bench.worker.reported_state() == RunState::Spawning);
  bench.applied({{"A", 2}});
  const std::string bytes = bench.last_bytes();
  CHECK(*read_spawning_complete(open_envelope(bytes)->data) == ClassCounts{{"A", 2}});
  CHECK(bench.worker.reported_state() == RunState::Running);
  bench.hear("spawning_complete", total_user_count_data(7));
  CHECK(bench.newest<SwarmComplete>().user_count == 7);
}

TEST_CASE("an older or equal order is told so and ignored, a newer one is no new test (64, 70)") {
  WorkerBench bench;
  bench.ack().spawn(5, {{"A", 2}}).applied({{"A", 2}}).forget();
  bench.spawn(5, {{"A", 9}}).spawn(4, {{"A", 9}});
  CHECK(bench.count<ApplyUsers>() == 0);
  CHECK(bench.sent("spawning") == 2);
  CHECK(bench.said("Discard spawn message with older or equal timestamp than timestamp of previous spawn message") ==
        2);
  bench.spawn(6, {{"A", 3}});
  CHECK_FALSE(bench.newest<ApplyUsers>().is_new_test);
}

TEST_CASE("a second order during a slow batch wins: the first one's end says nothing (68)") {
  WorkerBench bench;
  bench.ack().spawn(5, {{"A", 10}});
  const std::uint64_t slow = bench.newest<ApplyUsers>().number;
  bench.spawn(6, {{"A", 9}}).forget();
  CHECK(bench.worker.batch_applied(slow, {{"A", 10}}, bench.now()).empty());
  CHECK(bench.worker.reported_state() == RunState::Spawning);
}

TEST_CASE("a stop: users go, the last report leaves first, then client_stopped, and the worker is ready (70)") {
  WorkerBench bench;
  bench.ack().report().spawn(5, {{"A", 2}}).applied({{"A", 2}}).forget().hear("stop").hear("stop");
  CHECK(bench.count<StopUsers>() == 1);
  CHECK(bench.worker.reported_state() == RunState::Running);  // during the whole sequence
  for (auto& action : bench.worker.users_stopped(bench.newest<StopUsers>().number, bench.now()))
    bench.actions.push_back(action);
  bench.report();
  CHECK(bench.sent() == std::vector<std::string>{"stats", "client_stopped", "client_ready"});
  CHECK(bench.worker.reported_state() == RunState::Ready);
  bench.ack().spawn(9, {{"A", 1}});
  CHECK(bench.newest<ApplyUsers>().is_new_test);
}

TEST_CASE("heartbeats go on and answers are heard while users take long to stop") {
  WorkerBench bench;
  bench.ack().report().spawn(5, {{"A", 2}}, 100.0).applied({{"A", 2}}).hear("stop").forget().pass(100, true);
  CHECK(bench.sent("heartbeat") >= 99);
  CHECK(bench.said("Didn't get heartbeat") == 0);
}

TEST_CASE("an order that comes while users are being stopped is carried out afterwards") {
  WorkerBench bench;
  bench.ack().report().spawn(5, {{"A", 2}}).applied({{"A", 2}}).hear("stop").spawn(8, {{"A", 4}}).forget();
  CHECK(bench.count<ApplyUsers>() == 0);
  for (auto& action : bench.worker.users_stopped(3 - 1, bench.now())) bench.actions.push_back(action);
  bench.report();
  CHECK(bench.newest<ApplyUsers>().order.counts == ClassCounts{{"A", 4}});
  CHECK(bench.newest<ApplyUsers>().is_new_test);
}

TEST_CASE("quit: users stop, the last report goes before the goodbye") {
  WorkerBench bench;
  bench.ack().report().spawn(5, {{"A", 2}}).applied({{"A", 2}}).forget().hear("quit").hear("quit");
  CHECK(bench.said("Got quit message from master, shutting down...") == 1);
  for (auto& action : bench.worker.users_stopped(bench.newest<QuitWanted>().number, bench.now()))
    bench.actions.push_back(action);
  bench.report();
  CHECK(bench.sent() == std::vector<std::string>{"stats", "quit"});
  CHECK(bench.count<Farewell>() == 1);
}

TEST_CASE("a reconnect message means a new socket, once (67)") {
  WorkerBench bench;
  bench.ack().forget().hear("reconnect");
  CHECK(bench.count<ResetConnection>() == 1);
  CHECK(bench.said("Received reconnect message from master. Resetting RPC connection.") == 1);
  CHECK(bench.sent().empty());
}

TEST_CASE("no message makes the worker deaf") {
  WorkerBench bench;
  bench.ack().forget();
  for (const char* bytes : {"", "\xc1", "\x92\x01\x02", "hello", "\xdd\xff\xff\xff\xff"}) bench.raw(bytes);
  for (const char* type :
       {"spawn", "spawning_complete", "heartbeat", "ack", "update_user_class", "acrida_welcome", "acrida_receipt"})
    for (const char* data : {"\xa1x", "\x90", "\x05", "\x80"}) bench.hear(type, data);
  bench.forget().spawn(5, {{"A", 1}});
  CHECK(bench.count<ApplyUsers>() == 1);
  CHECK(bench.worker.dropped().at("not a message") == 5);
}

TEST_CASE("custom messages and edits of classes are handed on as they are") {
  WorkerBench bench;
  bench.ack().forget().hear("ping", "\x92\x01\x02").hear("update_user_class", "\x80");
  CHECK(bench.newest<CustomMessage>().data == "\x92\x01\x02");
  CHECK(bench.count<UpdateUserClass>() == 1);
}

TEST_CASE("a master that never answers a heartbeat is given up after a minute, and greeted anew meanwhile") {
  WorkerBench bench;
  bench.ack().spawn(5, {{"A", 2}}).applied({{"A", 2}}).forget().pass(59);
  CHECK(bench.count<QuitWanted>() == 0);
  CHECK(bench.sent("client_ready") == 5);  // it may have forgotten us
  bench.pass(5);
  CHECK(bench.said("Didn't get heartbeat from master in over 60s") == 1);
  CHECK(bench.newest<QuitWanted>().reason == "the master is silent");
}

TEST_CASE("71 log lines in one interval end the forwarding with a line that says so; 500 kept lines do not (72)") {
  WorkerBench bench;
  bench.ack().forget();
  for (int i = 0; i < 71; ++i) bench.worker.add_log_line("line");
  bench.pass(10.5, true);
  CHECK(bench.sent("logs") == 1);
  for (const WorkerAction& action : bench.actions)
    if (const Send* send = std::get_if<Send>(&action))
      if (const auto envelope = open_envelope(send->bytes); envelope->type == "logs")
        CHECK(read_logs(envelope->data)->lines.back() == LogForwarder::kTooMany);
  bench.worker.add_log_line("more");
  bench.pass(20, true);
  CHECK(bench.sent("logs") == 1);

  WorkerBench quiet;
  quiet.ack().forget();
  for (int turn = 0; turn < 12; ++turn) {  // 600 lines, 50 at a time
    for (int i = 0; i < 50; ++i) quiet.worker.add_log_line("line");
    quiet.pass(10, true);
  }
  CHECK(quiet.sent("logs") == 12);
}

TEST_CASE("a process that ends by itself delivers what it has before it says goodbye") {
  WorkerBench bench;
  bench.ack().report().spawn(5, {{"A", 2}}).applied({{"A", 2}}).forget();
  for (auto& action : bench.worker.quit(bench.now())) bench.actions.push_back(action);
  for (auto& action : bench.worker.users_stopped(bench.newest<QuitWanted>().number, bench.now()))
    bench.actions.push_back(action);
  bench.report();
  CHECK(bench.sent() == std::vector<std::string>{"stats", "quit"});
}

TEST_CASE("with a join secret nothing of a master without one is obeyed") {
  WorkerSettings settings;
  settings.join_secret = "s3cret";
  WorkerBench bench(settings);
  bench.spawn(5, {{"A", 1}}).hear("quit");
  CHECK(bench.count<ApplyUsers>() + bench.count<QuitWanted>() == 0);
  bench.ack();
  CHECK(bench.newest<GiveUp>().exit_code == 1);
  CHECK(bench.said("The master does not know join secrets") == 1);
}

TEST_CASE("a master that pretends to know the join secret is left") {
  WorkerSettings settings;
  settings.join_secret = "s3cret";
  WorkerBench bench(settings);
  bench.hear("ack", ack_data({0, Acknowledgement::Extended{"feed", "challenge", true, false}}));
  CHECK(bench.sent("acrida_join") == 1);
  bench.hear("acrida_welcome", welcome_data({"feed", "made up", 0}));
  CHECK(bench.said("The master does not know this worker's join secret.") == 1);
  CHECK(bench.newest<GiveUp>().exit_code == 1);
}

TEST_CASE("a worker with another join secret ends at once, with the reason") {
  WorkerBench bench;
  bench.keep(bench.worker.on_refused(false, bench.now()));  // a port that is open and no master's yet
  CHECK(bench.count<GiveUp>() == 0);
  bench.keep(bench.worker.on_refused(true, bench.now()));
  CHECK(bench.said("do not have the same join secret") == 1);
  CHECK(bench.count<GiveUp>() == 1);
}

TEST_CASE("a master that closes the connection is looked at: only one with a join secret is the reason to end") {
  WorkerSettings settings;
  settings.join_secret = "sesame";
  WorkerBench bench(settings);
  bench.keep(bench.worker.on_refused(false, bench.now())).keep(bench.worker.on_refused(false, bench.now()));
  CHECK(bench.count<LookAtMaster>() == 1);  // once a second
  bench.pass(2).keep(bench.worker.on_refused(false, bench.now()));
  CHECK(bench.count<LookAtMaster>() == 2);
  CHECK(bench.count<GiveUp>() == 0);
  bench.keep(bench.worker.on_master_encrypts(bench.now()));
  CHECK(bench.count<GiveUp>() == 1);
}

TEST_CASE("a worker at work that is turned away says so now and then, and stays") {
  WorkerBench bench;
  bench.ack().keep(bench.worker.on_refused(true, bench.now())).keep(bench.worker.on_refused(true, bench.now()));
  CHECK(bench.said("do not have the same join secret") == 1);
  bench.pass(31, true).keep(bench.worker.on_refused(true, bench.now()));
  CHECK(bench.said("do not have the same join secret") == 2);
  CHECK(bench.count<GiveUp>() == 0);
}

TEST_CASE("a report may be asked for before its time, and the next ones come as ever") {
  WorkerBench bench;
  bench.worker.report_now(bench.now());
  CHECK(bench.count<TakeReport>() == 0);  // nobody would take it yet
  bench.ack().report().forget().pass(1).keep(bench.worker.report_now(bench.now()));
  CHECK(bench.count<TakeReport>() == 1);
  bench.keep(bench.worker.report_now(bench.now()));
  CHECK(bench.count<TakeReport>() == 1);  // one at a time
  bench.report().forget().pass(2.9);
  CHECK(bench.count<TakeReport>() == 0);
  bench.pass(0.2);
  CHECK(bench.count<TakeReport>() == 1);
}
