// The extended dialect: joining, heartbeats that carry what each side believes, frames that count once.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "cluster/master_message.h"
#include "cluster/text.h"

namespace acrida::cluster {

void Master::on_join(const Message& message) {
  const Decoded<Join> join = read_join(message.data);
  if (!join) return drop(message.peer, "malformed acrida_join", join.error().what);
  const std::string id = message.id();
  if (join->protocol != 1) {
    const std::string reason =
        fmt::format("worker {} speaks cluster protocol {}, this master speaks 1. Install the same acrida on both.", id,
                    join->protocol);
    log(Level::Error, reason);
    return send(id, "acrida_refused", refusal_data(reason));
  }
  if (join->master != settings_.incarnation)
    return send(id, "acrida_rejoin", kNil);  // it answers a former life of ours
  if (!secret_.is_signed(join->proof, "worker", secret_.challenge_for(id), id)) {
    ++dropped_["wrong join secret"];
    log(Level::Error,
        fmt::format("Worker {} was refused: its join secret is {}. Give both sides the same --join-secret.", id,
                    join->proof.empty() ? "missing" : "not this master's"));
    return send(id, "acrida_refused",
                refusal_data(join->proof.empty() ? "this master wants a join secret and this worker has none"
                                                 : "the join secret of this worker is not the master's"));
  }
  WorkerNode* node = roster_.find(id);
  if (!node) {
    actions_.push_back(WorkerConnected{id, roster_.index_of(id)});
    register_worker(id, message.now);
    node = roster_.find(id);
  }
  take_over(*node, *join, message.now);
  FrameLedger::Life& life = ledger_.life(join->incarnation, id);
  if (join->first_kept > 0) life.received = std::max(life.received, join->first_kept - 1);
  send(id, "acrida_welcome",
       welcome_data({settings_.incarnation, secret_.sign("master", join->challenge, id), life.received}));
  // What it was told as a worker of the base dialect it has left alone.
  if (node->last_order && node->last_order->run == run_ && is_test_running()) send_order(*node, message.now);
}

MasterActions Master::on_refused(bool is_certain, Moment now) {
  if (!is_certain || now.at < refusal_said_until_) return take_actions();
  refusal_said_until_ = now.at + base::from_seconds(30);
  ++dropped_["turned away"];
  log(Level::Error,
      "A node was turned away: it knows no join secret or another one. Give all nodes the same --join-secret.");
  return take_actions();
}

// From here on the node is of the extended dialect. One that brings users of this very run keeps them.
void Master::take_over(WorkerNode& node, const Join& join, Moment now) {
  if (node.extended && node.extended->incarnation != join.incarnation) settle_gap(node, "was started anew", now.at);
  if (!node.extended || node.extended->incarnation != join.incarnation) node.extended = WorkerNode::Extended{};
  node.extended->incarnation = join.incarnation;
  node.extended->software = as_utf8(std::string_view(join.software).substr(0, 64));
  node.is_of_run = true;  // its frames say of which run they are
  ledger_.heal(join.incarnation);
  if (node.is_missing()) revive(node, std::string(text(RunState::Ready)), now);
  if (join.run == run_ && run_ != 0 && !join.counts.empty() && is_test_running()) {
    roster_.set_counts(node, join.counts);
    node.state = text(RunState::Running);
  }
}

// It is one of ours but not known: we are new, or it was given up. Of a resumed run, it goes on as it is.
void Master::on_stranger_heartbeat(const Message& message, const Heartbeat& heartbeat) {
  if (heartbeat.extended) return send(message.id(), "acrida_rejoin", kNil);
  if (adopts_ && !secret_.is_set() && roster_.indexes().contains(message.id())) {
    WorkerNode& node = roster_.put(message.id(), message.now.at);
    node.state = as_utf8(heartbeat.state.substr(0, 64));
    node.reported_at = message.now.at;
    note_usage(node, heartbeat);
    ramp_.add_worker(node.id);
    log(Level::Info, fmt::format("Worker {} of the resumed run was taken over.", node.id));
    return send(node.id, "heartbeat", kNil);
  }
  log(Level::Debug, fmt::format("Got heartbeat message from unknown worker {}", message.peer));
  win_back(message.id(), heartbeat, message.now);
}

void Master::win_back(const std::string& id, const Heartbeat& heartbeat, Moment now) {
  // Who has just stopped greets again by itself.
  if (stopping_ || secret_.is_set() || resting_.contains(id)) return;
  switch (strangers_.heard(id, heartbeat.state == text(RunState::Ready), now.at)) {
    case Strangers::Step::Nothing:
      return;
    case Strangers::Step::Stop:
      log(Level::Info, fmt::format("Worker {} belongs to no test of this master. It is told to stop and to join.", id));
      return send(id, "stop", kNil);
    case Strangers::Step::Welcome:
      roster_.greeted(id, {});
      send_ack(id, false);
      return take_in(id, now);
  }
}

void Master::note_extended(WorkerNode& node, const Heartbeat::Extended& told, Moment now) {
  WorkerNode::Extended& mine = *node.extended;
  const double seconds = base::to_seconds(now.at - mine.counted_at);
  if (mine.run == told.run && seconds > 0.2 && seconds < 10)
    // One that was overtaken by a later one knows of fewer.
    mine.pace = std::max<std::int64_t>(
        0, static_cast<std::int64_t>(static_cast<double>(told.counted - mine.counted) / seconds));
  mine.run = told.run;
  mine.order = told.order;
  mine.counted = told.counted;
  mine.counted_at = now.at;
  mine.hub_lag_seconds = told.hub_lag_seconds;
  if (node.is_ready()) roster_.set_counts(node, {});
  if (node.extended) ledger_.told(mine.incarnation, told, mine.pace, now.wall);
  if (!node.last_order || node.last_order->run != run_) return;
  if (told.run == run_ && told.order >= node.last_order->order)
    node.order.reset();
  else if (!node.order)
    node.order = WorkerNode::Unconfirmed{now.at + base::from_seconds(1), base::from_seconds(2)};
}

MasterBeat Master::beat_for() const {
  // Workers follow what the beat says: those who are not to be told of a stop hear of none.
  const RunState told = leaves_workers_ ? RunState::Running : state_;
  return {settings_.incarnation, std::string(text(told)), run_, completions_, sum(target_classes_)};
}

void Master::on_frame(const Message& message) {
  WorkerNode* node = roster_.find(message.peer);
  if (!node && !sessions_.contains(message.id())) return send(message.id(), "acrida_rejoin", kNil);
  if (node && !node->extended) return;  // its join was lost; the frame comes again
  std::string problem;
  if (!read_frame(message.data, settings_.message_limits, report_, problem))
    return drop(message.peer, "malformed frame", problem);
  const std::string& incarnation = node ? node->extended->incarnation : sessions_[message.id()].incarnation;
  FrameLedger::Life& life = ledger_.life(incarnation, message.peer);
  switch (ledger_.judge(life, report_.sequence)) {
    case FrameLedger::Verdict::Early:
      return;  // the one before it was lost and will come first
    case FrameLedger::Verdict::Again:
      break;  // the receipt was lost
    case FrameLedger::Verdict::Count:
      count_frame(message.id(), node, life, message.now);
  }
  receipt(message.id(), life.received);
}

void Master::count_frame(const std::string& id, WorkerNode* node, FrameLedger::Life& life, Moment now) {
  const std::uint64_t run = report_.run;
  ledger_.counted(life, report_.sequence, run, report_.total.num_requests);
  if (node) {
    node->reported_at = now.at;
    if (!node->is_missing() && !node->is_ready() && report_.user_classes)
      roster_.set_counts(*node, *report_.user_classes);
  }
  if (run != run_) return ledger_.late(report_.total.num_requests);
  stats_.merge(report_, now.wall, node ? std::string_view(id) : std::string_view());
  if (settings_.wants_reports) actions_.push_back(ReportReceived{id, as_base_report(report_)});
}

// With a resume store a receipt waits until what it promises is on disk.
void Master::receipt(const std::string& id, std::uint64_t sequence) {
  if (settings_.keeps_results)
    unsaved_receipts_.emplace_back(id, sequence);
  else
    send(id, "acrida_receipt", sequence_data(sequence));
}

bool Master::has_delivered(const WorkerNode& node, std::string_view quit_data) const {
  const Decoded<std::uint64_t> last = read_sequence(quit_data);
  const FrameLedger::Life* life = ledger_.find(node.extended->incarnation);
  return last && (*last == 0 || (life && life->received >= *last));
}

void Master::settle_gap(const WorkerNode& node, std::string_view why, base::Instant now) {
  if (run_ == 0) return;
  // A worker that was killed ended within a second of its last heartbeat. One that was cut off may have gone on until
  // its patience with a silent master was over. Nobody here can tell which.
  const double unknown = std::clamp(base::to_seconds(now - node.heard_at), 1.0, 60.0);
  Gap gap{node.id, std::string(why), 0, 0, 0};
  if (!node.extended) {
    gap.unknown_seconds = std::max(0.0, base::to_seconds(node.heard_at - node.reported_at)) + unknown;
    gap.requests_per_second = node.reported_pace;
    return ledger_.note_gap(node.id, std::move(gap));
  }
  const WorkerNode::Extended& told = *node.extended;
  if (told.run != run_) {
    // It had no part in this run yet, unless it was just told to.
    if (!node.last_order || node.last_order->run != run_) return;
    gap.unknown_seconds = unknown;
    return ledger_.note_gap(told.incarnation, std::move(gap));
  }
  const FrameLedger::Life* life = ledger_.find(told.incarnation);
  const std::int64_t delivered = life && life->run == run_ ? life->requests : 0;
  gap.known_missing = std::max<std::int64_t>(0, told.counted - delivered);
  gap.unknown_seconds = unknown;
  gap.requests_per_second = told.pace;
  ledger_.note_gap(told.incarnation, std::move(gap));
}

// Go and Java workers say goodbye without a last report.
void Master::settle_farewell(const WorkerNode& node, base::Instant now) {
  if (run_ == 0 || !node.is_foreign() || node.users == 0) return;
  ledger_.note_gap(node.id, {node.id, "sent no last report, as is the way of Go and Java workers", 0,
                             base::to_seconds(now - node.reported_at), node.reported_pace});
}

// A test ends: workers that are missing now will hardly bring the rest.
void Master::settle_gaps(Moment now) {
  std::set<std::string> present;
  for (const auto& [id, node] : roster_.nodes()) {
    if (node.is_missing()) settle_gap(node, "was killed or cut off", now.at);
    if (node.extended) present.insert(node.extended->incarnation);
  }
  for (const auto& [id, session] : sessions_) present.insert(session.incarnation);
  ledger_.settle_absent(present, run_, now.wall);
}

}  // namespace acrida::cluster
