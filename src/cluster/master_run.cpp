// A run from start to stop: the ramp, what workers are told, and waiting for them.
#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cluster/master.h"
#include "cluster/plain_options.h"

namespace acrida::cluster {
namespace {

constexpr base::Duration kRepeatBase = base::from_seconds(5), kRepeatExtended = base::from_seconds(2);
constexpr base::Duration kRepeatMost = base::from_seconds(60);
constexpr base::Duration kGoesWithin = base::from_seconds(1.5);  // workers say something every second

// {"A": 6, "B": 2}, as Python's json.dumps writes it.
std::string json_of(const ClassCounts& counts) {
  std::string text = "{";
  for (const auto& [name, count] : counts)
    text += fmt::format("{}{}: {}", text.size() > 1 ? ", " : "",
                        nlohmann::json(name).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace), count);
  return text + "}";
}

}  // namespace

Master::StartKind Master::start_kind() const {
  if (!roster_.has_active()) return StartKind::NoWorkers;
  return is_test_running() ? StartKind::Edit : StartKind::NewTest;
}

MasterActions Master::begin_test(Moment now) {
  stats_.clear(now.wall);
  actions_.push_back(StatisticsReplaced{stats_.shared_total()});
  run_ = std::max(run_ + 1, static_cast<std::uint64_t>(std::max(0.0, now.wall) * 1000));
  completions_ = 0;
  std::set<std::string> lives;
  for (const auto& [id, session] : sessions_) lives.insert(session.incarnation);
  for (auto& [id, node] : roster_.nodes()) {
    if (node.extended) lives.insert(node.extended->incarnation);
    node.is_of_run = node.extended.has_value();
    node.last_order.reset();
  }
  ledger_.begin_run(lives);
  target_classes_.clear();
  has_begun_ = true;
  wants_full_save_ = true;
  return take_actions();
}

MasterActions Master::start(StartOrder order, Moment now) {
  const std::vector<std::string> workers = roster_.active_ids();
  if (workers.empty()) {
    log(Level::Warning, "You can't start a distributed test before at least one worker processes has connected");
    return take_actions();
  }
  const auto count = static_cast<double>(workers.size());
  const StartKind kind = start_kind();
  is_spawning_completed_ = false;
  stopping_.reset();
  leaves_workers_ = false;
  resume_at_.reset();
  target_ = order.users;
  order_ = std::move(order);
  if (kind == StartKind::NewTest) ramp_.close();
  if (ramp_.is_there() && ramp_.is_dealt_elsewhere() != order_.is_dealt_elsewhere) ramp_.close();
  if (!ramp_.is_there() && order_.is_dealt_elsewhere) ramp_.open_for_shares();
  if (!ramp_.is_there()) ramp_.open(workers, order_.user_classes);
  log(Level::Info, fmt::format("Sending spawn jobs of {} users at {:.2f} spawn rate to {} ready workers", target_,
                               order_.spawn_rate, workers.size()));
  if (order_.spawn_rate / count > 100)
    log(Level::Warning,
        "Your selected spawn rate is very high (>100/worker), and this is known to sometimes cause issues. Do you "
        "really "
        "need to ramp up that fast?");
  if (kind == StartKind::NewTest && !std::exchange(has_begun_, false)) {
    for (MasterAction& action : begin_test(now)) actions_.push_back(std::move(action));
    has_begun_ = false;
  }
  if (!ramp_.start(target_, order_.spawn_rate, order_.classes)) {
    log(Level::Error, "The start names user classes that this test does not have; nothing is changed.");
    return take_actions();
  }
  reports_due_.reset();
  set_state(RunState::Spawning);
  dispatch(now);
  return take_actions();
}

void Master::dispatch(Moment now) {
  for (;;) switch (ramp_.next(now.at)) {
      case Ramp::Step::Nothing:
        return;
      case Ramp::Step::Map:
        send_orders(now);
        break;
      case Ramp::Step::End:
        return end_ramp(now);
    }
}

void Master::end_ramp(Moment now) {
  target_classes_ = ramp_.totals();
  reports_due_ = now.at + settings_.report_wait;
  has_run_changed_ = true;
  if (roster_.user_count() == expected_users()) complete_spawning(now, true);
}

MasterActions Master::deal(Ramp::Shares shares, Moment now) {
  if (!ramp_.is_dealt_elsewhere() || !ramp_.is_under_way()) return take_actions();
  ramp_.put_shares(std::move(shares));
  send_orders(now);
  return take_actions();
}

MasterActions Master::dealt(Moment now) {
  if (!ramp_.is_dealt_elsewhere() || !ramp_.is_under_way()) return take_actions();
  ramp_.end();
  end_ramp(now);
  return take_actions();
}

void Master::send_orders(Moment now) {
  const std::vector<std::string>& workers = ramp_.workers();
  log(Level::Debug,
      fmt::format("Sending spawn messages for {} total users to {} worker(s)", ramp_.user_count(), workers.size()));
  // Real workers take only an order that is newer than the one before, by our clock, which may be set back.
  last_timestamp_ = std::max(now.wall, last_timestamp_ + 1e-5);
  ++last_order_;
  const bool has_more = ramp_.user_count() < target_;
  std::optional<std::string> plain;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    WorkerNode* node = roster_.find(workers[i]);
    if (!node || node->is_missing()) continue;
    SpawnOrder order;
    order.timestamp = last_timestamp_;
    order.counts = ramp_.counts_of(i);
    order.host = order_.host;
    order.stop_timeout = order_.stop_timeout;
    if (node->is_foreign() && !plain) plain = plain_options(order_.parsed_options);
    order.parsed_options = node->is_foreign() ? *plain : order_.parsed_options;
    order.master = settings_.incarnation;
    order.run = run_;
    order.order = last_order_;
    // acrida's workers start a batch's users over the time until the next batch, each a little after the other's.
    order.spread_seconds = has_more ? ramp_.wait_between_batches() : 0;
    order.spread_offset = static_cast<double>(i) / static_cast<double>(workers.size());
    node->last_order = std::move(order);
    send_order(*node, now);
  }
  has_run_changed_ = true;
}

void Master::send_order(WorkerNode& node, Moment now) {
  const base::Duration patience = node.extended ? kRepeatExtended : kRepeatBase;
  node.order = WorkerNode::Unconfirmed{now.at + patience, patience};
  node.is_being_stopped = false;
  if (node.extended) ledger_.ordered(node.extended->incarnation, node.id, run_, now.wall);
  send(node.id, "spawn", spawn_data(*node.last_order, node.extended.has_value()));
}

// An order is the wanted state, so it may be sent once more without harm when a worker says nothing to it.
void Master::repeat_orders(Moment now) {
  if (!is_test_running()) return;
  for (auto& [id, node] : roster_.nodes()) {
    if (!node.order || node.is_missing() || now.at < node.order->again_at || !node.last_order) continue;
    const base::Duration patience = std::min(2 * node.order->patience, kRepeatMost);
    log(Level::Debug, fmt::format("Worker {} has not reacted to its last order: sent again", id));
    if (!node.extended) {
      last_timestamp_ = std::max(now.wall, last_timestamp_ + 1e-5);
      node.last_order->timestamp = last_timestamp_;
    }
    send_order(node, now);
    node.order = WorkerNode::Unconfirmed{now.at + patience, patience};
  }
}

void Master::complete_spawning(Moment now, bool reports_are_in) {
  reports_due_.reset();
  is_spawning_completed_ = true;
  ++completions_;
  // Listeners are told what was wanted, the log says what was reported.
  const std::int64_t wanted = sum(target_classes_);
  actions_.push_back(SpawningCompleted{wanted});
  set_state(RunState::Running);
  for (const auto& [id, node] : roster_.nodes())
    send(id, "spawning_complete", node.extended ? master_beat_data(beat_for()) : total_user_count_data(wanted));
  log(Level::Info, fmt::format("{}: {} ({} total users)",
                               reports_are_in ? "All users spawned"
                                              : "Spawning is complete and report waittime is expired, but not all "
                                                "reports received from workers",
                               json_of(roster_.classes()), roster_.user_count()));
  // Somebody came or left after the last map: he waited for this moment.
  if (ramp_.is_rebalance_due()) rebalance(now);
}

// Workers came or left in a test whose ramp is over: everybody's share anew. During a ramp the next map says it.
void Master::rebalance(Moment now) {
  if (ramp_.is_dealt_elsewhere()) {
    if (ramp_.take_change()) actions_.push_back(WorkersChanged{});
    return;
  }
  if (state_ != RunState::Running || ramp_.is_under_way() || !ramp_.is_there() || resume_at_) return;
  if (!roster_.has_active() || !ramp_.is_rebalance_due()) return;
  if (!ramp_.start(target_, order_.spawn_rate, order_.classes)) return;
  log(Level::Info, fmt::format("Sending spawn jobs of {} users at {:.2f} spawn rate to {} ready workers", target_,
                               order_.spawn_rate, roster_.active_count()));
  is_spawning_completed_ = false;
  set_state(RunState::Spawning);
  dispatch(now);
}

MasterActions Master::stop(Moment now, bool tells_workers) {
  if (!is_test_running() && !resume_at_) return take_actions();
  log(Level::Debug, "Stopping...");
  resume_at_.reset();
  ramp_.close();
  reports_due_.reset();
  has_begun_ = false;
  leaves_workers_ = !tells_workers;
  if (!tells_workers) {
    set_state(RunState::Stopping);
    return take_actions();
  }
  const base::Duration patience = base::from_seconds(order_.stop_timeout.value_or(0)) + settings_.stop_wait_beyond;
  stopping_ = Stopping{now.at + patience, false, now.at + patience, {}, now.at};
  set_state(RunState::Stopping);
  for (auto& [id, node] : roster_.nodes()) {
    node.order.reset();
    node.is_being_stopped = true;
    send(id, "stop", node.extended ? master_beat_data(beat_for()) : std::string{});
  }
  check_stopped(now);
  return take_actions();
}

void Master::check_stopped(Moment now) {
  if (!stopping_ || stopping_->is_quit) return;
  const bool is_waiting = std::any_of(roster_.nodes().begin(), roster_.nodes().end(), [](const auto& each) {
    const WorkerNode& node = each.second;
    return node.is_being_stopped && !node.is_missing() && !(node.is_ready() && node.user_count() == 0);
  });
  // Who has stopped is nobody's worker until it reports as ready, and a start in between would find none.
  std::erase_if(stopping_->returning, [&](const auto& each) { return each.second <= now.at; });
  if ((is_waiting || !stopping_->returning.empty()) && now.at < stopping_->until) return;
  if (is_waiting) log(Level::Error, "Timeout waiting for all workers to stop");
  stopping_.reset();
  settle_gaps(now);
  update_state();
  actions_.push_back(RunStopped{is_waiting});
}

MasterActions Master::quit(Moment now) {
  if (stopping_ && stopping_->is_quit) stopping_->until = now.at;  // the second time: no more patience
  if (!stopping_ || !stopping_->is_quit) {
    const base::Duration patience = base::from_seconds(order_.stop_timeout.value_or(0)) + settings_.quit_wait_beyond;
    ramp_.close();
    reports_due_.reset();
    resume_at_.reset();
    stopping_ = Stopping{now.at + patience, true, now.at + base::from_seconds(1), {}, now.at};
    if (is_test_running()) set_state(RunState::Stopping);
    log(Level::Debug, "Quitting...");
    broadcast("quit", kNil);
  }
  check_quit(now);
  return take_actions();
}

// Most Go programs end before the goodbye that their library has queued is written. There is no last report to wait
// for: who has not been heard any more since it was told to quit has obeyed.
void Master::let_go_of_silent(base::Instant now) {
  std::vector<std::string> gone;
  for (const auto& [id, node] : roster_.nodes()) {
    if (!node.is_foreign() || node.is_missing()) continue;
    if (now - std::max(node.heard_at, stopping_->asked_at) <= kGoesWithin) continue;
    settle_farewell(node, stopping_->asked_at);
    log(Level::Info, fmt::format("Worker '{}' (index {}) ended without a goodbye.", id, node.index));
    gone.push_back(id);
  }
  for (const std::string& id : gone) roster_.remove(id), ramp_.remove_worker(id);
}

// Not half a second but as long as workers need to let their users finish and to deliver what those did.
void Master::check_quit(Moment now) {
  if (!stopping_ || !stopping_->is_quit) return;
  let_go_of_silent(now.at);
  std::vector<std::string> silent;
  bool is_waiting = false;
  for (const auto& [id, node] : roster_.nodes()) {
    silent.push_back(id);
    is_waiting |= !node.is_missing();
  }
  if (is_waiting && now.at < stopping_->until) {
    if (now.at < stopping_->again_at) return;
    stopping_->again_at = now.at + base::from_seconds(1);
    return broadcast("quit", kNil);
  }
  stopping_.reset();
  settle_gaps(now);
  persist(now);
  for (const std::string& id : silent)
    if (const WorkerNode* node = roster_.find(id); !node->is_missing())
      settle_gap(*node, "did not say goodbye", now.at);
  actions_.push_back(QuitFinished{std::move(silent)});
}

}  // namespace acrida::cluster
