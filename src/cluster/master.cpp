#include "cluster/master.h"

#include <fmt/core.h>

#include <algorithm>

#include "cluster/master_message.h"
#include "cluster/text.h"

namespace acrida::cluster {
namespace {

constexpr base::Duration kSecond = base::from_seconds(1);
constexpr base::Duration kPatience = base::from_seconds(4);  // without a heartbeat
constexpr base::Duration kRemoval = base::from_seconds(60);  // after that, being missing
constexpr base::Duration kSaveEvery = base::from_seconds(0.5);

}  // namespace

Master::Master(MasterSettings settings, Moment now)
    : settings_(std::move(settings)),
      stats_(now.wall),
      peer_gate_(settings_.peer_limits),
      secret_(settings_.join_secret, settings_.incarnation),
      next_second_(now.at + kSecond),
      next_save_(now.at + kSaveEvery) {
  settings_.message_limits.bytes = std::min(settings_.message_limits.bytes, settings_.peer_limits.message_bytes);
  stats_.track_changes(settings_.keeps_results);
}

MasterActions Master::on_message(std::string_view peer, std::string_view bytes, Moment now, std::string_view address) {
  switch (peer_gate_.try_take(peer, now.at)) {
    case PeerGate::Verdict::Pass:
      break;
    case PeerGate::Verdict::DropAndSay:
      drop(peer, "too many messages", "it sends faster than any worker would", Level::Warning);
      return take_actions();
    case PeerGate::Verdict::Drop:
      ++dropped_["too many messages"];
      return take_actions();
  }
  if (bytes.size() <= settings_.message_limits.bytes && roster_.find(peer))
    if (const std::optional<Envelope> report = open_report(bytes, peer)) {
      handle({peer, report->type, report->data, now});
      after_message(now);
      return take_actions();
    }
  const Decoded<Envelope> envelope = open_envelope(bytes, settings_.message_limits);
  if (!is_utf8(peer)) {
    drop(as_utf8(peer), "not a message", "its identity is not UTF-8");
  } else if (!envelope) {
    on_corrupted(peer, envelope.error().what);
  } else if (envelope->node_id != peer && envelope->type != "client_ready" && envelope->type != "locustfile") {
    drop(peer, "in another's name", fmt::format("it says that it is {}", as_utf8(envelope->node_id)), Level::Warning);
  } else {
    handle({peer, envelope->type, envelope->data, now});
    if (WorkerNode* node = roster_.find(peer)) node->address = address;
    after_message(now);
  }
  return take_actions();
}

void Master::on_corrupted(std::string_view peer, std::string_view what) {
  ++dropped_["not a message"];
  if (!roster_.find(peer))
    return log(
        Level::Error,
        fmt::format("Unrecognized message detected: ZMQ interrupted or corrupted message from {} ({})", peer, what));
  log(Level::Error, fmt::format("RPCError when receiving from client: ZMQ interrupted or corrupted message ({}). Will "
                                "reset client {}.",
                                what, peer));
  send(std::string(peer), "reconnect", kNil);
}

// What any message may have brought to an end.
void Master::after_message(Moment now) {
  // Whoever is told that it is over, or that a report came, may look at once.
  if (!is_test_running() || stopping_ || settings_.wants_reports) stats_.settle();
  announce_new_rows();
  if (reports_due_ && roster_.user_count() == expected_users()) complete_spawning(now, true);
  if (resume_at_ && roster_.active_count() >= static_cast<std::int64_t>(resume_workers_)) resume_dispatch(now);
  check_stopped(now);
  check_quit(now);
  update_state();
}

MasterActions Master::on_tick(Moment now) {
  if (now.at >= next_second_) {
    // We were held up ourselves (a stopped process, a busy machine): the silence of that time proves nothing.
    if (const base::Duration late = now.at - next_second_; late > kSecond)
      for (auto& [id, node] : roster_.nodes()) node.heard_at += late;
    next_second_ = now.at + kSecond;
    check_liveness(now);
    repeat_orders(now);
    stats_.settle();
  }
  if (resume_at_ && now.at >= *resume_at_) resume_dispatch(now);
  if (ramp_.is_under_way()) dispatch(now);
  if (reports_due_ && now.at >= *reports_due_) complete_spawning(now, false);
  check_stopped(now);
  check_quit(now);
  update_state();
  if (now.at >= next_save_) persist(now);
  announce_new_rows();
  return take_actions();
}

base::Instant Master::next_tick() const {
  base::Instant next = next_second_;
  const auto sooner = [&](const std::optional<base::Instant>& at) {
    if (at) next = std::min(next, *at);
  };
  sooner(ramp_.due_at());
  sooner(reports_due_);
  sooner(resume_at_);
  if (settings_.keeps_results) next = std::min(next, next_save_);
  if (stopping_) {
    next = std::min({next, stopping_->until, stopping_->again_at});
    for (const auto& [id, until] : stopping_->returning) next = std::min(next, until);
  }
  return next;
}

void Master::check_liveness(Moment now) {
  std::vector<std::string> gone;
  bool is_one_newly_missing = false;
  for (auto& [id, node] : roster_.nodes()) {
    if (node.is_missing()) {
      if (now.at - node.missing_since > kRemoval) gone.push_back(id);
    } else if (now.at - node.heard_at > kPatience) {
      log(Level::Info, fmt::format("Worker {} failed to send heartbeat, setting state to missing.", id));
      node.state = kMissing;
      node.missing_since = now.at;
      if (node.extended) settle_gap(node, "is missing", now.at);  // mended when it comes back
      roster_.set_counts(node, {});
      node.order.reset();
      ramp_.remove_worker(id);
      is_one_newly_missing = true;
    }
  }
  for (const std::string& id : gone) {
    settle_gap(*roster_.find(id), "went missing and did not come back", now.at);
    roster_.remove(id);
  }
  if (is_one_newly_missing && !roster_.has_active() && is_test_running() && !resume_at_) {
    log(Level::Info, "The last worker went missing, stopping test.");
    actions_.push_back(StopWanted{settings_.is_headless});
  } else if (!gone.empty() || (is_one_newly_missing && settings_.enables_rebalancing)) {
    rebalance(now);
  }
}

// A test that has no worker left is over; so is a stop that everybody has obeyed.
void Master::update_state() {
  if (resume_at_) return;
  if (state_ == RunState::Stopping && !stopping_) {
    if (!roster_.has_active_that_is_not_ready()) set_state(RunState::Stopped);
  } else if (is_test_running() && !roster_.has_active()) {
    ramp_.close();
    reports_due_.reset();
    set_state(RunState::Stopped);
  }
}

MasterActions Master::shape_started() {
  set_state(RunState::Ready);
  return take_actions();
}

MasterActions Master::send_custom(std::string_view type, std::string_view data,
                                  const std::optional<std::string>& client_id) {
  if (client_id) {
    send(*client_id, type, data);
  } else {
    broadcast(type, data);
    for (const std::string& id : resting_) send(id, type, data);
  }
  return take_actions();
}

MasterActions Master::update_user_class(const load::UserClass& edited, std::string_view data) {
  ramp_.set_class(edited);
  for (load::UserClass& each : order_.user_classes)
    if (each.name == edited.name) each = edited;
  broadcast("update_user_class", data);
  return take_actions();
}

void Master::set_listeners(bool wants_reports, bool wants_heartbeats) {
  settings_.wants_reports = wants_reports;
  settings_.wants_heartbeats = wants_heartbeats;
}

MasterActions Master::reset_statistics(Moment now) {
  stats_.reset(now.wall);
  wants_full_save_ = true;
  return take_actions();
}

MasterActions Master::count(const SwarmStats::OwnRequest& request, SwarmStats::OwnRows& rows) {
  rows = stats_.count(request);
  announce_new_rows();
  return take_actions();
}

MasterActions Master::count_error(const SwarmStats::OwnError& error, SwarmStats::OwnRows& rows) {
  rows = stats_.count_error(error);
  announce_new_rows();
  return take_actions();
}

void Master::set_state(RunState state) {
  if (state_ == state) return;
  state_ = state;
  has_run_changed_ = true;
  actions_.push_back(StateChanged{state});
}

void Master::send(const std::string& peer, std::string_view type, std::string_view data) {
  actions_.push_back(Send{peer, make_message(type, data, peer)});
}

void Master::broadcast(std::string_view type, std::string_view data) {
  for (const auto& [id, node] : roster_.nodes()) send(id, type, data);
}

void Master::log(Level level, std::string text) { actions_.push_back(Log{level, "locust.runners", std::move(text)}); }

void Master::drop(std::string_view peer, std::string_view why, std::string_view detail, Level level) {
  ++dropped_[std::string(why)];
  log(level, fmt::format("A message from {} was dropped ({}): {}", peer, why, detail));
}

void Master::announce_new_rows() {
  for (auto& entry : stats_.take_new_entries()) actions_.push_back(EntryAppeared{std::move(entry)});
  for (auto& record : stats_.take_new_errors()) actions_.push_back(ErrorAppeared{std::move(record)});
}

}  // namespace acrida::cluster
