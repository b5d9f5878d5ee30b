#include "cluster/worker.h"

#include <fmt/core.h>

#include <algorithm>

#include "wire/msgpack_writer.h"

namespace acrida::cluster {
namespace {

constexpr base::Duration kSecond = base::from_seconds(1);
constexpr base::Duration kGreetAgain = base::from_seconds(10);  // by then a real master has given us up

}  // namespace

Worker::Worker(WorkerSettings settings, Moment now)
    : settings_(std::move(settings)),
      secret_(settings_.join_secret, settings_.incarnation),
      next_heartbeat_(now.at),
      next_report_(now.at),
      next_logs_(now.at),
      next_check_(now.at + kSecond) {}

WorkerActions Worker::begin(Moment now) {
  has_begun_ = true;
  say_ready(now);
  connect_again_at_ = now.at + settings_.connect_wait;
  return take_actions();
}

void Worker::say_ready(Moment now) {
  std::string version;
  wire::MsgpackWriter(version).text(settings_.version);
  send("client_ready", version);
  greeted_again_at_ = now.at;
}

void Worker::retry_connect(Moment now) {
  if (!connect_again_at_ || now.at < *connect_again_at_) return;
  ++connect_attempts_;
  log(connect_attempts_ > 5 ? Level::Info : Level::Debug,
      fmt::format("Failed to connect to master {}, retry {}/{}.", settings_.address, connect_attempts_,
                  settings_.connect_retries));
  if (connect_attempts_ > settings_.connect_retries) {
    connect_again_at_.reset();
    log(Level::Error, "Failed to connect to the Locust master: ");
    return end(255);
  }
  say_ready(now);
  connect_again_at_ = now.at + settings_.connect_wait;
}

// In this order, as real workers do it: heartbeat, report, logs.
void Worker::connected(Moment now) {
  is_connected_ = true;
  connect_again_at_.reset();
  heard_at_ = now.at;
  log(Level::Debug, fmt::format("Connected to locust master: {}", settings_.address));
  actions_.push_back(Connected{index_});
  next_heartbeat_ = next_report_ = next_logs_ = now.at;
  turn(now);
}

WorkerActions Worker::on_tick(Moment now) {
  if (has_ended_ || !has_begun_) return take_actions();
  retry_connect(now);
  if (is_connected_) turn(now);
  return take_actions();
}

void Worker::turn(Moment now) {
  if (join_again_at_ && now.at >= *join_again_at_) send_join(now);
  if (now.at >= next_heartbeat_) {
    next_heartbeat_ = now.at + settings_.heartbeat_interval;
    send_heartbeat(now);
    send(exceptions_.second_over(is_extended_));
  }
  if (now.at >= next_report_) {
    next_report_ = now.at + settings_.report_interval;
    if (ending_ == Ending::No) ask_for_report();
  }
  if (now.at >= next_logs_) {
    forward_logs(!has_forwarded_logs_);
    has_forwarded_logs_ = true;
    next_logs_ = now.at + settings_.log_interval;
  }
  if (outbox_.is_due(now.at)) resend_frames(now);
  if (ready_at_ && now.at >= *ready_at_) become_ready(now);
  if (receipts_until_) finish(now);
  if (now.at >= next_check_) {
    // Held up ourselves: that silence proves nothing.
    if (const base::Duration late = now.at - next_check_; late > kSecond && heard_at_) *heard_at_ += late;
    next_check_ = now.at + kSecond;
    check_silence(now);
  }
}

base::Instant Worker::next_tick() const {
  base::Instant next = next_check_;
  const auto sooner = [&](const std::optional<base::Instant>& at) {
    if (at) next = std::min(next, *at);
  };
  sooner(connect_again_at_);
  if (!is_connected_) return connect_again_at_.value_or(next);
  sooner(join_again_at_);
  sooner(ready_at_);
  sooner(receipts_until_);
  if (!outbox_.is_empty()) next = std::min(next, outbox_.again_at());
  return std::min({next, next_heartbeat_, next_report_, next_logs_});
}

void Worker::send_heartbeat(Moment) {
  Heartbeat beat{std::string(text(reported_)), cpu_percent_, memory_bytes_, std::nullopt};
  if (is_extended_) beat.extended = Heartbeat::Extended{run_, order_, counted_, hub_lag_seconds_};
  send("heartbeat", heartbeat_data(beat));
}

void Worker::ask_for_report() {
  // While an offer is open nobody knows in which dialect to report: what is counted stays in the statistics.
  if (is_report_wanted_ || offer_ || (is_extended_ && outbox_.is_full())) return;
  is_report_wanted_ = true;
  actions_.push_back(TakeReport{++report_number_});
}

WorkerActions Worker::on_report(std::uint64_t number, const Taken& taken, Moment now) {
  if (number != report_number_ || !std::exchange(is_report_wanted_, false)) return take_actions();
  if (is_extended_) {
    std::string message = make_message("acrida_frame", frame_data(taken, outbox_.next_sequence()), settings_.client_id);
    actions_.push_back(Send{{}, message});
    outbox_.keep(std::move(message), now.at);
  } else {
    send("stats", base_report_data(taken));
  }
  if (are_users_stopped_ && !std::exchange(has_last_report_, true))
    receipts_until_ = now.at + (is_extended_ ? settings_.last_report_wait : base::Duration::zero());
  finish(now);
  return take_actions();
}

WorkerActions Worker::report_now(Moment now) {
  next_report_ = now.at;
  return on_tick(now);
}

void Worker::check_silence(Moment now) {
  if (!heard_at_ || ending_ == Ending::Quit) return;
  const base::Duration silence = now.at - *heard_at_;
  if (silence > kGreetAgain && !is_extended_ && now.at - *greeted_again_at_ >= kGreetAgain) say_ready(now);
  const bool may_come_back = is_extended_ && master_keeps_results_;
  if (silence > settings_.silence_limit && !has_stopped_for_silence_) {
    has_stopped_for_silence_ = true;
    const auto seconds = static_cast<std::int64_t>(base::to_seconds(settings_.silence_limit));
    log(Level::Error, fmt::format("Didn't get heartbeat from master in over {}s", seconds));
    if (!may_come_back) return begin_stop(Ending::Quit, "the master is silent");
    log(Level::Warning, "The load is stopped. Results that the master has not received are kept for it.");
    if (reported_ != RunState::Ready) begin_stop(Ending::Stop, {});
  }
  if (has_stopped_for_silence_ && silence > settings_.resume_patience) begin_stop(Ending::Quit, "the master is silent");
}

void Worker::forward_logs(bool is_first) {
  const LogForwarder::Turn turn = logs_.interval_over(is_first);
  if (!turn.sends) return;
  if (turn.ends) {
    // Its own line must be among those sent, and it has not come back through the logging yet.
    log(Level::Warning, LogForwarder::kTooMany);
    std::vector<std::string> lines = logs_.lines();
    lines.emplace_back(LogForwarder::kTooMany);
    return send("logs", logs_data({settings_.client_id, std::move(lines)}));
  }
  send("logs", logs_data({settings_.client_id, logs_.lines()}));
}

// ---- users

WorkerActions Worker::batch_applied(std::uint64_t number, const ClassCounts& counts, Moment) {
  if (number != number_ || ending_ != Ending::No) return take_actions();
  counts_ = counts;
  reported_ = RunState::Running;
  send("spawning_complete", spawning_complete_data(counts));
  return take_actions();
}

void Worker::begin_stop(Ending ending, std::string reason) {
  if (ending_ == Ending::Quit || (ending_ == Ending::Stop && ending == Ending::Stop)) return;
  ending_ = ending;
  are_users_stopped_ = has_last_report_ = false;
  receipts_until_.reset();
  ready_at_.reset();
  ++number_;
  if (ending == Ending::Quit)
    actions_.push_back(QuitWanted{number_, std::move(reason)});
  else
    actions_.push_back(StopUsers{number_});
}

WorkerActions Worker::users_stopped(std::uint64_t number, Moment) {
  if (number != number_ || ending_ == Ending::No || are_users_stopped_) return take_actions();
  are_users_stopped_ = true;
  counts_.clear();
  if (!is_connected_) return end_now();
  send(exceptions_.last(is_extended_));
  if (const std::int64_t untold = exceptions_.take_untold())
    log(Level::Warning,
        fmt::format("{} exceptions of tasks are missing from the master's list: there were too many for "
                    "it.",
                    untold));
  is_report_wanted_ = true;
  actions_.push_back(TakeReport{++report_number_});
  return take_actions();
}

// The last report is on its way: has it arrived, or is the time for that over?
void Worker::finish(Moment now) {
  if (ending_ == Ending::No || !has_last_report_ || !receipts_until_) return;
  if (is_extended_ && !outbox_.is_empty() && now.at < *receipts_until_ && !has_stopped_for_silence_) return;
  receipts_until_.reset();
  if (ending_ == Ending::Quit) return finish_quit();
  send("client_stopped", kNil);
  ready_at_ = now.at + settings_.wait_before_ready;
  if (now.at >= *ready_at_) become_ready(now);
}

void Worker::become_ready(Moment now) {
  ready_at_.reset();
  ending_ = Ending::No;
  are_users_stopped_ = has_last_report_ = false;
  reported_ = RunState::Ready;
  say_ready(now);
  if (auto order = std::exchange(postponed_, std::nullopt)) accept(std::move(*order));
}

void Worker::finish_quit() {
  send("quit", is_extended_ ? sequence_data(outbox_.last_sequence()) : std::string{});
  actions_.push_back(Farewell{});
  has_ended_ = true;
}

WorkerActions Worker::end_now() {
  if (ending_ == Ending::Quit) finish_quit();
  return take_actions();
}

void Worker::end(int exit_code) {
  has_ended_ = true;
  actions_.push_back(GiveUp{exit_code});
}

WorkerActions Worker::quit(Moment) {
  begin_stop(Ending::Quit, "the process ends");
  return take_actions();
}

// ---- small ones

void Worker::set_usage(double cpu_percent, std::int64_t memory_bytes) {
  cpu_percent_ = cpu_percent;
  memory_bytes_ = memory_bytes;
}

WorkerActions Worker::send_exception(TaskException exception) {
  send(exceptions_.add(std::move(exception), is_extended_));
  return take_actions();
}

void Worker::send(const std::vector<TaskException>& exceptions) {
  for (const TaskException& exception : exceptions) send("exception", exception_data(exception));
}

WorkerActions Worker::send_custom(std::string_view type, std::string_view data) {
  send(type, data);
  return take_actions();
}

void Worker::send(std::string_view type, std::string_view data) {
  actions_.push_back(Send{{}, make_message(type, data, settings_.client_id)});
}

void Worker::log(Level level, std::string text) { actions_.push_back(Log{level, "locust.runners", std::move(text)}); }

void Worker::drop(std::string_view what, std::string_view detail) {
  ++dropped_[std::string(what)];
  log(Level::Error, fmt::format("A message of the master was dropped ({}): {}", what, detail));
}

}  // namespace acrida::cluster
