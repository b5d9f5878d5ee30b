#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/locust_version.h"
#include "cluster/action.h"
#include "cluster/exception_sender.h"
#include "cluster/join_secret.h"
#include "cluster/log_forwarder.h"
#include "cluster/moment.h"
#include "cluster/outbox.h"
#include "cluster/report.h"

namespace acrida::cluster {

struct WorkerSettings {
  std::string client_id;  // "<hostname>_<32 hex digits>", also the routing identity
  std::string version = base::kLocustVersion;
  std::string software;     // our own name and version, for the master to show
  std::string incarnation;  // random hexadecimal text, new for every process
  std::string address;      // "host:port", for log lines
  std::string join_secret;
  int connect_retries = 60;
  base::Duration connect_wait = base::from_seconds(5);
  base::Duration report_interval = base::from_seconds(3);
  base::Duration heartbeat_interval = base::from_seconds(1);
  base::Duration log_interval = base::from_seconds(10);
  base::Duration silence_limit = base::from_seconds(60);      // then the load is stopped
  base::Duration resume_patience = base::from_seconds(600);   // how long results wait for a master that keeps its own
  base::Duration wait_before_ready = base::Duration::zero();  // LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP
  base::Duration last_report_wait = base::from_seconds(10);   // for receipts, when the process ends
  wire::MsgpackLimits message_limits{};
};

// A worker of a swarm: Locust's protocol towards any master, the extended dialect towards acrida's.
//
//   begin() ──▶ client_ready … ack ──▶ heartbeats, reports, logs
//   spawn   ──▶ ApplyUsers ──(Python)──▶ batch_applied() ──▶ spawning_complete
//   stop    ──▶ StopUsers  ──(Python)──▶ users_stopped() ──▶ last report, client_stopped, client_ready
//   quit    ──▶ QuitWanted ──(Python)──▶ users_stopped() ──▶ last report, quit, Farewell
//
// Heartbeats and reports go on whatever Python does.
//
// Owner   the shell.  Thread  one at a time; the shell holds one mutex around every call.
// Fails   a malformed message is logged, counted and dropped; nothing throws.
class Worker {
 public:
  Worker(WorkerSettings settings, Moment now);

  WorkerActions begin(Moment now);
  WorkerActions on_message(std::string_view bytes, Moment now);
  WorkerActions on_tick(Moment now);
  base::Instant next_tick() const;

  // The master's link did not let us in; certain: for the join secret. Otherwise the connection was just closed.
  WorkerActions on_refused(bool is_certain, Moment now);
  // Answer to LookAtMaster.
  WorkerActions on_master_encrypts(Moment now);

  // ---- answers to actions
  WorkerActions on_report(std::uint64_t number, const Taken& taken, Moment now);
  // `counts`: users alive now. An older number is ignored: another order took its place.
  WorkerActions batch_applied(std::uint64_t number, const ClassCounts& counts, Moment now);
  WorkerActions users_stopped(std::uint64_t number, Moment now);

  // ---- told whenever it changes, read by the next heartbeat or report
  void set_users(ClassCounts counts) { counts_ = std::move(counts); }
  void set_usage(double cpu_percent, std::int64_t memory_bytes);
  void set_hub_lag(double seconds) { hub_lag_seconds_ = seconds; }
  // Requests counted since the present test began.
  void set_counted(std::int64_t requests) { counted_ = requests; }
  void add_log_line(std::string line) { logs_.add(std::move(line)); }

  // ---- commands
  WorkerActions send_exception(TaskException exception);
  WorkerActions send_custom(std::string_view type, std::string_view data);
  // A report before its time; TakeReport comes.
  WorkerActions report_now(Moment now);
  // The process ends by itself (a signal, a user that quits the runner): as after `quit`, but nobody asked.
  WorkerActions quit(Moment now);

  // ---- views
  bool is_connected() const { return is_connected_; }
  bool is_extended() const { return is_extended_; }
  std::int64_t index() const { return index_; }
  // What heartbeats say: ready, spawning, running.
  RunState reported_state() const { return reported_; }
  std::uint64_t run() const { return run_; }
  const Outbox& outbox() const { return outbox_; }
  const std::map<std::string, std::int64_t>& dropped() const { return dropped_; }

 private:
  // worker_messages.cpp
  void handle(const Envelope& message, Moment now);
  void on_ack(std::string_view data, Moment now);
  void on_spawn(std::string_view data);
  bool is_newer_order(const SpawnOrder& order) const;
  void accept(SpawnOrder order);
  void on_stop(std::string_view data);
  void on_quit();
  void on_heartbeat(std::string_view data, Moment now);
  void on_spawning_complete(std::string_view data);
  void on_reconnect();
  // worker_extended.cpp
  void join(const Acknowledgement::Extended& offer, Moment now);
  void send_join(Moment now);
  void on_welcome(std::string_view data, Moment now);
  void on_refused(std::string_view data);
  void on_rejoin(Moment now);
  void on_frame_receipt(std::string_view data, Moment now);
  void on_master_beat(const MasterBeat& beat);
  void resend_frames(Moment now);
  // worker.cpp
  void connected(Moment now);
  void retry_connect(Moment now);
  void say_ready(Moment now);
  void send_heartbeat(Moment now);
  void ask_for_report();
  void check_silence(Moment now);
  void forward_logs(bool is_first);
  void turn(Moment now);
  enum class Ending { No, Stop, Quit };
  void begin_stop(Ending ending, std::string reason);
  void finish(Moment now);
  void become_ready(Moment now);
  void finish_quit();
  WorkerActions end_now();
  void end(int exit_code);
  void send(const std::vector<TaskException>& exceptions);
  void send(std::string_view type, std::string_view data);
  void log(Level level, std::string text);
  void drop(std::string_view what, std::string_view detail);
  WorkerActions take_actions() { return std::exchange(actions_, {}); }

  const WorkerSettings settings_;
  JoinSecret secret_;
  LogForwarder logs_;
  ExceptionSender exceptions_;
  Outbox outbox_;

  bool is_connected_ = false, is_extended_ = false, has_begun_ = false, has_ended_ = false;
  std::int64_t index_ = -1;
  int connect_attempts_ = 0;
  std::optional<base::Instant> connect_again_at_;
  base::Instant look_again_at_{}, refusal_said_until_{};  // refusals come ten times a second

  std::optional<Acknowledgement::Extended> offer_;  // of the extended dialect, not welcomed yet
  std::optional<base::Instant> join_again_at_;
  std::string master_;  // the incarnation that we are welcome at
  bool master_keeps_results_ = false;

  RunState reported_ = RunState::Ready;
  std::uint64_t number_ = 0;  // of the newest ApplyUsers, StopUsers or QuitWanted
  double last_timestamp_ = 0;
  std::uint64_t run_ = 0, order_ = 0;
  std::string options_;  // of the newest order that carried them
  std::uint64_t stopped_run_ = 0, seen_completions_ = 0;
  std::string order_master_;  // who gave the newest order
  ClassCounts counts_;
  double cpu_percent_ = 0, hub_lag_seconds_ = 0;
  std::int64_t memory_bytes_ = 0, counted_ = 0;

  Ending ending_ = Ending::No;  // users are being stopped, or the last report is on its way
  bool are_users_stopped_ = false, has_last_report_ = false, has_forwarded_logs_ = false;
  std::optional<SpawnOrder> postponed_;  // came while users were being stopped
  std::optional<base::Instant> receipts_until_;
  std::optional<base::Instant> ready_at_;

  std::uint64_t report_number_ = 0;
  bool is_report_wanted_ = false;
  std::optional<base::Instant> heard_at_;  // armed by the first ack
  bool has_stopped_for_silence_ = false;
  std::optional<base::Instant> greeted_again_at_;
  base::Instant next_heartbeat_, next_report_, next_logs_, next_check_;
  std::map<std::string, std::int64_t> dropped_;
  WorkerActions actions_;
};

}  // namespace acrida::cluster
