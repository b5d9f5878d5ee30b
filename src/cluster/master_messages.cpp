// What workers say in the base dialect, and how each of it is taken.
#include <fmt/core.h>

#include <algorithm>

#include "cluster/locustfile_request.h"
#include "cluster/master_message.h"
#include "cluster/text.h"

namespace acrida::cluster {

namespace {

// Workers report as ready right behind "client_stopped".
constexpr base::Duration kReturnsWithin = base::from_seconds(1);

// Texts of a worker's that only people read are kept short enough to be read.
std::string shown(std::string_view text) { return as_utf8(text.substr(0, 200)); }

}  // namespace

void Master::handle(const Message& message) {
  using Handler = void (Master::*)(const Message&);
  static const std::map<std::string_view, Handler> kHandlers = {
      {"client_ready", &Master::on_client_ready},
      {"heartbeat", &Master::on_heartbeat},
      {"stats", &Master::on_stats},
      {"spawning", &Master::on_spawning},
      {"spawning_complete", &Master::on_spawning_complete},
      {"client_stopped", &Master::on_client_stopped},
      {"quit", &Master::on_quit},
      {"exception", &Master::on_exception},
      {"logs", &Master::on_logs},
      {"locustfile", &Master::on_locustfile},
      {"acrida_join", &Master::on_join},
      {"acrida_frame", &Master::on_frame},
  };
  const auto found = kHandlers.find(message.type);
  const bool is_handshake =
      message.type == "client_ready" || message.type == "acrida_join" || message.type == "locustfile";
  const WorkerNode* node = roster_.find(message.peer);
  const bool is_trusted = (node && node->extended) || sessions_.contains(message.id());
  if (secret_.is_set() && !is_handshake && !is_trusted && message.type != "heartbeat")
    return drop(message.peer, "without the join secret", shown(message.type), Level::Debug);
  if (found == kHandlers.end()) return on_custom(message);
  (this->*found->second)(message);
}

void Master::on_client_ready(const Message& message) {
  const std::string id = message.id();
  const Decoded<Greeting> greeting = read_greeting(message.data);
  if (!greeting) return drop(id, "malformed client_ready", greeting.error().what);
  if (greeting->kind == Greeting::Kind::TooOld)
    return log(Level::Error,
               fmt::format("An old (pre 2.0) worker tried to connect ({}). That's not going to work.", id));
  greet(*greeting, id);
  roster_.greeted(id, greeting->kind == Greeting::Kind::Version ? shown(greeting->version) : std::string());
  const bool may_extend = settings_.offers_extended && greeting->kind == Greeting::Kind::Version;
  const WorkerNode* known = roster_.find(id);
  if (secret_.is_set() && !(known && known->extended) && !sessions_.contains(id)) {
    if (may_extend) return send_ack(id, true);  // with the challenge; it is nobody before it has answered
    return drop(id, "without the join secret",
                "it speaks Locust's own protocol, which has none. Start it with acrida and --join-secret, or this "
                "master without",
                Level::Warning);
  }
  send_ack(id, may_extend);
  take_in(id, message.now);
}

void Master::take_in(const std::string& id, Moment now) {
  strangers_.forget(id);
  actions_.push_back(WorkerConnected{id, roster_.index_of(id)});
  register_worker(id, now);
}

void Master::greet(const Greeting& greeting, const std::string& id) {
  const std::string version = shown(greeting.version);
  const std::string& mine = settings_.version;
  if (greeting.kind != Greeting::Kind::Version || version == mine) return;
  if (version.substr(0, 4) == mine.substr(0, 4))
    log(Level::Debug, fmt::format("A worker ({}) running a different patch version ('{}') connected, master version is "
                                  "'{}'",
                                  id, version, mine));
  else
    log(Level::Warning, fmt::format("A worker ({}) running a different version ({}) connected, master version is {}",
                                    id, version, mine));
}

void Master::send_ack(const std::string& id, bool may_extend) {
  Acknowledgement ack{roster_.index_of(id), std::nullopt};
  if (may_extend)
    ack.extended = Acknowledgement::Extended{settings_.incarnation, secret_.challenge_for(id), secret_.is_set(),
                                             settings_.keeps_results};
  send(id, "ack", ack_data(ack));
}

void Master::register_worker(const std::string& id, Moment now) {
  const WorkerNode* known = roster_.find(id);
  const bool is_known = known != nullptr;
  std::optional<WorkerNode::Extended> extended = is_known ? known->extended : std::nullopt;
  if (const auto left = sessions_.find(id); left != sessions_.end()) {
    extended = left->second;
    sessions_.erase(left);
  }
  resting_.erase(id);
  WorkerNode& node = roster_.put(id, now.at);
  node.extended = std::move(extended);
  node.reported_at = now.at;
  if (stopping_) stopping_->returning.erase(id);
  ramp_.add_worker(id);
  const std::int64_t count = roster_.active_count();
  if (is_known)
    log(Level::Debug, fmt::format("{} (index {}) reported as ready (duplicate message). {} workers connected.", id,
                                  node.index, count));
  else
    log(Level::Info, fmt::format("{} (index {}) reported as ready. {} workers connected.", id, node.index, count));
  rebalance(now);
  has_run_changed_ = true;
}

void Master::on_heartbeat(const Message& message) {
  const Decoded<Heartbeat> beat = read_heartbeat(message.data);
  if (!beat) return drop(message.peer, "malformed heartbeat", beat.error().what);
  WorkerNode* node = roster_.find(message.peer);
  if (!node) return on_stranger_heartbeat(message, *beat);
  // It believes to have joined and our half of that is gone: once more.
  if (beat->extended && !node->extended) send(node->id, "acrida_rejoin", kNil);
  const std::string state = shown(beat->state);
  node->heard_at = message.now.at;
  if (node->is_missing())
    revive(*node, state, message.now);
  else
    node->state = state;
  note_usage(*node, *beat);
  if (node->extended && beat->extended) note_extended(*node, *beat->extended, message.now);
  if (settings_.wants_heartbeats) actions_.push_back(HeartbeatSent{node->id, message.now.wall});
  send(node->id, "heartbeat", node->extended ? master_beat_data(beat_for()) : std::string{});
  if (!node->extended) stop_stray(*node, message.now);
}

void Master::note_usage(WorkerNode& node, const Heartbeat& beat) {
  node.cpu_percent = beat.cpu_percent;
  node.memory_bytes = beat.memory_bytes;
  if (beat.cpu_percent <= 90 || std::exchange(node.has_warned_cpu, true)) return;
  log(Level::Warning, fmt::format("Worker {} (index {}) exceeded cpu threshold (will only log this once per worker)",
                                  node.id, node.index));
}

void Master::revive(WorkerNode& node, const std::string& state, Moment now) {
  log(Level::Info, fmt::format("Worker {} self-healed with heartbeat, setting state to {}.", node.id, state));
  node.state = state;
  node.order.reset();
  if (node.extended) ledger_.heal(node.extended->incarnation);
  ramp_.add_worker(node.id);
  rebalance(now);
}

// A worker that missed a stop (it was cut off then) would run on for ever: it is told again, not too often, since a
// worker that is just stopping answers late.
void Master::stop_stray(WorkerNode& node, Moment now) {
  const bool is_working = node.state == text(RunState::Spawning) || node.state == text(RunState::Running);
  if (!is_working || (state_ != RunState::Stopped && state_ != RunState::Ready)) {
    node.stop_again_at = now.at + base::from_seconds(10);
    return;
  }
  if (now.at < node.stop_again_at) return;
  node.stop_again_at = now.at + base::from_seconds(30);
  send(node.id, "stop", kNil);
}

void Master::on_stats(const Message& message) {
  WorkerNode* node = roster_.find(message.peer);
  if (!node && !roster_.indexes().contains(message.id()))
    return drop(message.peer, "report from a stranger",
                fmt::format("Discarded report from unrecognized worker {}", message.peer), Level::Info);
  std::string problem;
  if (!read_base_report(message.data, settings_.message_limits, report_, problem))
    return drop(message.peer, "malformed report", problem);
  if (node) {
    note_pace(*node, report_.total.num_requests, message.now.at);
    node->reported_at = message.now.at;
    if (!node->is_missing() && report_.user_classes) roster_.set_counts(*node, std::move(*report_.user_classes));
    report_.user_classes.reset();
  }
  // Before its first answer to an order of this test it tells what it counted in the one before.
  if (node && !node->is_of_run && is_test_running()) return ledger_.late(report_.total.num_requests);
  stats_.merge(report_, message.now.wall, node ? message.peer : std::string_view());
  if (settings_.wants_reports) actions_.push_back(ReportReceived{message.id(), std::string(message.data)});
}

void Master::note_pace(WorkerNode& node, std::int64_t requests, base::Instant now) {
  const double seconds = base::to_seconds(now - node.reported_at);
  if (seconds > 0.2 && seconds < 10)
    node.reported_pace = static_cast<std::int64_t>(static_cast<double>(requests) / seconds);
}

void Master::on_spawning(const Message& message) {
  WorkerNode* node = roster_.find(message.peer);
  if (node) {
    if (!node->is_missing()) node->state = text(RunState::Spawning);
    node->is_of_run = true;
    node->order.reset();
    return;
  }
  if (roster_.indexes().contains(message.id())) return;  // it is stopping and will greet again
  log(Level::Warning, fmt::format("Got spawning message from unknown worker {}. Asking worker to quit.", message.peer));
  send(message.id(), "quit", kNil);
}

void Master::on_spawning_complete(const Message& message) {
  const Decoded<ClassCounts> counts = read_spawning_complete(message.data);
  if (!counts) return drop(message.peer, "malformed spawning_complete", counts.error().what);
  WorkerNode* node = roster_.find(message.peer);
  if (node) {
    if (node->is_missing()) return;  // a heartbeat will say that it is back
    node->state = text(RunState::Running);
    roster_.set_counts(*node, *counts);
    node->order.reset();
    return;
  }
  if (roster_.indexes().contains(message.id())) return;
  log(Level::Warning, "Got spawning_complete message from unknown worker ID. Asking worker to quit.");
  send(message.id(), "quit", kNil);
}

void Master::on_client_stopped(const Message& message) {
  const WorkerNode* node = roster_.find(message.peer);
  if (!node)
    return log(strangers_.contains(message.id()) ? Level::Debug : Level::Warning,
               fmt::format("Received client_stopped message from an unknown worker: {}.", message.peer));
  log(Level::Info, fmt::format("{} (index {}) reported that it has stopped", node->id, node->index));
  settle_farewell(*node, message.now.at);
  if (node->extended) sessions_[node->id] = *node->extended;
  if (stopping_ && !stopping_->is_quit) stopping_->returning[node->id] = message.now.at + kReturnsWithin;
  resting_.insert(node->id);
  worker_left(message.id(), message.now);
}

void Master::worker_left(const std::string& id, Moment now) {
  roster_.remove(id);
  ramp_.remove_worker(id);
  rebalance(now);
}

void Master::on_quit(const Message& message) {
  resting_.erase(message.id());
  const WorkerNode* node = roster_.find(message.peer);
  if (!node) return;
  if (node->extended && !has_delivered(*node, message.data))
    settle_gap(*node, "ended before its last results were here", message.now.at);
  settle_farewell(*node, message.now.at);
  const std::int64_t index = node->index;
  if (stopping_) stopping_->returning.erase(node->id);
  roster_.remove(message.peer);
  ramp_.remove_worker(message.id());
  log(Level::Info,
      fmt::format("Worker '{}' (index {}) quit. {} workers ready.", message.peer, index, roster_.ready_count()));
  if (roster_.has_active()) return rebalance(message.now);
  log(Level::Info, "The last worker quit, stopping test.");
  if (!stopping_ && (is_test_running() || settings_.is_headless)) actions_.push_back(StopWanted{settings_.is_headless});
}

void Master::on_exception(const Message& message) {
  Decoded<TaskException> exception = read_exception(message.data);
  if (!exception) return drop(message.peer, "malformed exception", exception.error().what);
  actions_.push_back(
      ExceptionReceived{message.id(), {as_utf8(exception->message), as_utf8(exception->traceback), exception->count}});
}

void Master::on_logs(const Message& message) {
  Decoded<LogLines> logs = read_logs(message.data);
  if (!logs) return drop(message.peer, "malformed logs", logs.error().what);
  for (std::string& line : logs->lines) line = as_utf8(line);
  logs->worker_id = message.id();
  actions_.push_back(LogsReceived{std::move(*logs)});
}

void Master::on_locustfile(const Message& message) {
  const Decoded<LocustfileRequest> request = read_locustfile_request(message.data);
  if (!request) return drop(message.peer, "malformed locustfile request", request.error().what);
  const std::string id = message.id();
  const std::string challenge = secret_.challenge_for(id);
  if (request->version.empty())
    log(Level::Error, "A very old worker version requested locustfile. This probably won't work.");
  else if (request->version.substr(0, 4) == settings_.version.substr(0, 4))
    log(Level::Debug, fmt::format("A worker ({}) running a different patch version ('{}') connected, master version is "
                                  "'{}'",
                                  id, shown(request->version), settings_.version));
  if (!secret_.is_signed(request->proof, "locustfile", challenge, id)) {
    if (!request->proof.empty())
      log(Level::Warning, fmt::format("{} asked for the locustfile with a wrong join secret", id));
    return send(id, "locustfile", locustfile_challenge_data(challenge));
  }
  if (request->piece) {
    if (!shipment_.is_known()) return actions_.emplace_back(ShipmentWanted{}), void();
    return send(id, "locustfile", shipment_.answer(*request->piece));
  }
  if (locustfiles_.empty())
    actions_.push_back(LocustfileWanted{id});
  else
    send(id, "locustfile", locustfiles_);
}

void Master::on_custom(const Message& message) {
  actions_.push_back(
      CustomMessage{as_utf8(message.type), std::string(message.data), message.id(), roster_.index_of(message.peer)});
}

}  // namespace acrida::cluster
