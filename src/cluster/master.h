#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/locust_version.h"
#include "cluster/action.h"
#include "cluster/frame_ledger.h"
#include "cluster/join_secret.h"
#include "cluster/moment.h"
#include "cluster/peer_limits.h"
#include "cluster/ramp.h"
#include "cluster/roster.h"
#include "cluster/shipment.h"
#include "cluster/strangers.h"
#include "cluster/swarm_stats.h"

namespace acrida::cluster {

struct MasterSettings {
  std::string version = base::kLocustVersion;  // workers compare it
  std::string incarnation;                     // random hexadecimal text, new for every life of a master process
  bool is_headless = false;                    // without workers left it ends instead of waiting
  bool enables_rebalancing = false;
  bool wants_reports = false;     // somebody listens to worker_report
  bool wants_heartbeats = false;  // somebody listens to heartbeat_sent
  bool offers_extended = true;
  std::string join_secret;     // not empty: nobody joins without it
  bool keeps_results = false;  // a resume store is there: a frame is acknowledged when it is durable
  base::Duration report_wait = base::from_seconds(1);        // for user counts, after a ramp
  base::Duration stop_wait_beyond = base::from_seconds(60);  // on top of stop_timeout
  base::Duration quit_wait_beyond = base::from_seconds(5);   // on top of stop_timeout
  base::Duration resume_patience = base::from_seconds(10);   // for the workers of the run that is resumed
  wire::MsgpackLimits message_limits{};
  PeerLimits peer_limits{};
};

// What a start asks for. The classes as they are on the master now.
struct StartOrder {
  std::int64_t users = 1;
  double spawn_rate = 1;
  std::optional<std::vector<std::string>> classes;  // the only ones to spawn from now on (load shapes)
  std::vector<load::UserClass> user_classes;
  std::optional<std::string> host;
  std::optional<double> stop_timeout;
  bool is_dealt_elsewhere = false;     // deal() and dealt() say who runs what; `users` is only shown
  std::string parsed_options{"\x80"};  // MessagePack map
};

// The master of a swarm: who its workers are, what each should do, what they counted. Locust's protocol towards
// everybody, the extended dialect towards acrida's own workers (docs/cluster-protocol.md).
//
//   shell                                   Master
//   bytes from a peer   ── on_message() ──▶  actions
//   next_tick() is due  ── on_tick() ─────▶  actions
//   Python's runner     ── start(), … ────▶  actions
//
// A start, seen from Python: start_kind() says whether it is a new test; then begin_test(), listeners of test_start,
// start(), and SpawningCompleted comes as an event. A stop: listeners of test_stopping, stop(), and RunStopped comes.
//
// Owner   the shell.
// Thread  one at a time; the shell holds one mutex around every call and around reading through views. Entries and
//         error records may be read on any thread without it.
// Fails   a malformed or unwanted message is logged, counted and dropped; nothing throws.
class Master {
 public:
  Master(MasterSettings settings, Moment now);

  // `address`: where the bytes came from, for people.
  MasterActions on_message(std::string_view peer, std::string_view bytes, Moment now, std::string_view address = {});
  MasterActions on_tick(Moment now);
  base::Instant next_tick() const;

  // ---- commands

  enum class StartKind { NoWorkers, NewTest, Edit };
  StartKind start_kind() const;
  // Clears the statistics, begins a new run. Part of start() if it was not called before a start that is a new test.
  MasterActions begin_test(Moment now);
  // Without workers: a warning, and nothing else.
  MasterActions start(StartOrder order, Moment now);
  // A map of somebody else's dispatcher, and the end of his ramp. Nothing happens if no ramp of that kind is under way.
  MasterActions deal(Ramp::Shares shares, Moment now);
  MasterActions dealt(Moment now);
  // Not telling the workers is for programs that send them home in their own way: the state is "stopping" until then.
  MasterActions stop(Moment now, bool tells_workers = true);
  // Sends quit to everybody and waits for their last results: QuitFinished comes. A second call ends the waiting.
  MasterActions quit(Moment now);
  // A load shape begins: the state that people see is "ready" again.
  MasterActions shape_started();
  // To one worker or to all that are known; `data`: MessagePack.
  MasterActions send_custom(std::string_view type, std::string_view data, const std::optional<std::string>& client_id);
  // An edit of a class from the web page, for us and for all workers; `data`: MessagePack map, sent as it is.
  MasterActions update_user_class(const load::UserClass& edited, std::string_view data);
  void set_listeners(bool wants_reports, bool wants_heartbeats);
  // The answer to workers that ask for the locustfile: MessagePack map, as Locust's `locustfile` data.
  void set_locustfiles(std::string data) { locustfiles_ = std::move(data); }
  // A peer did not get through the handshake of the link; certain: for the join secret. Otherwise it just went, as
  // what only looks whether the port is open.
  MasterActions on_refused(bool is_certain, Moment now);
  // The answer to acrida's own workers. They are sent nothing before it is set.
  void set_shipment(Shipment shipment) { shipment_ = std::move(shipment); }
  MasterActions reset_statistics(Moment now);
  // What a listener on this master fired itself.
  MasterActions count(const SwarmStats::OwnRequest& request, SwarmStats::OwnRows& rows);
  MasterActions count_error(const SwarmStats::OwnError& error, SwarmStats::OwnRows& rows);
  MasterActions on_durable(std::uint64_t ticket, Moment now);
  // Goes on with the run of a former life, from its rows in the resume store. Before any message.
  MasterActions resume(const std::vector<std::pair<std::string, std::string>>& rows, Moment now);

  // ---- views

  RunState state() const { return state_; }
  std::uint64_t run() const { return run_; }
  std::int64_t user_count() const { return roster_.user_count(); }  // as workers reported
  ClassCounts user_classes_count() const { return roster_.classes(); }
  std::int64_t worker_count() const { return roster_.active_count(); }  // ready, spawning, running
  std::int64_t ready_count() const { return roster_.ready_count(); }    // what --expect-workers counts
  std::int64_t target_user_count() const { return target_; }
  double spawn_rate() const { return order_.spawn_rate; }
  ClassCounts target_user_classes_count() const { return target_classes_; }
  const Roster& roster() const { return roster_; }
  const SwarmStats& stats() const { return stats_; }
  const FrameLedger& ledger() const { return ledger_; }  // gaps() for the report
  // Messages dropped since the start, by reason; shown with the run.
  const std::map<std::string, std::int64_t>& dropped() const { return dropped_; }

 private:
  struct Message;  // one that is being handled

  // master_messages.cpp: base dialect
  void handle(const Message& message);
  void on_client_ready(const Message& message);
  void on_heartbeat(const Message& message);
  void on_stats(const Message& message);
  void on_spawning(const Message& message);
  void on_spawning_complete(const Message& message);
  void on_client_stopped(const Message& message);
  void on_quit(const Message& message);
  void on_exception(const Message& message);
  void on_logs(const Message& message);
  void on_locustfile(const Message& message);
  void on_custom(const Message& message);
  void take_in(const std::string& id, Moment now);
  void register_worker(const std::string& id, Moment now);
  void greet(const Greeting& greeting, const std::string& id);
  void send_ack(const std::string& id, bool may_extend);
  void revive(WorkerNode& node, const std::string& state, Moment now);
  static void note_pace(WorkerNode& node, std::int64_t requests, base::Instant now);
  void note_usage(WorkerNode& node, const Heartbeat& beat);
  void stop_stray(WorkerNode& node, Moment now);
  void worker_left(const std::string& id, Moment now);

  // master_extended.cpp
  void on_join(const Message& message);
  void on_frame(const Message& message);
  void on_stranger_heartbeat(const Message& message, const Heartbeat& heartbeat);
  void win_back(const std::string& id, const Heartbeat& heartbeat, Moment now);
  void note_extended(WorkerNode& node, const Heartbeat::Extended& told, Moment now);
  void take_over(WorkerNode& node, const Join& join, Moment now);
  void count_frame(const std::string& id, WorkerNode* node, FrameLedger::Life& life, Moment now);
  MasterBeat beat_for() const;
  void receipt(const std::string& id, std::uint64_t sequence);
  bool has_delivered(const WorkerNode& node, std::string_view quit_data) const;
  void settle_gap(const WorkerNode& node, std::string_view why, base::Instant now);
  void settle_gaps(Moment now);
  void settle_farewell(const WorkerNode& node, base::Instant now);

  // master_store.cpp: what a later life needs
  void persist(Moment now);
  void restore_row(std::string_view key, std::string_view value);
  void resume_dispatch(Moment now);
  std::string run_row() const;
  void restore_run(std::string_view value);

  // master_run.cpp: ramp, stop, quit
  void dispatch(Moment now);
  void end_ramp(Moment now);
  std::int64_t expected_users() const { return ramp_.is_dealt_elsewhere() ? ramp_.user_count() : target_; }
  void send_orders(Moment now);
  void send_order(WorkerNode& node, Moment now);
  void repeat_orders(Moment now);
  void complete_spawning(Moment now, bool reports_are_in);
  void rebalance(Moment now);
  void check_stopped(Moment now);
  void check_quit(Moment now);
  void let_go_of_silent(base::Instant now);

  // master.cpp
  void check_liveness(Moment now);
  void update_state();
  void on_corrupted(std::string_view peer, std::string_view what);
  void after_message(Moment now);
  bool is_test_running() const { return state_ == RunState::Spawning || state_ == RunState::Running; }
  void set_state(RunState state);
  void send(const std::string& peer, std::string_view type, std::string_view data);
  void broadcast(std::string_view type, std::string_view data);
  void log(Level level, std::string text);
  void drop(std::string_view peer, std::string_view why, std::string_view detail, Level level = Level::Error);
  void announce_new_rows();
  MasterActions take_actions() { return std::exchange(actions_, {}); }

  MasterSettings settings_;
  Roster roster_;
  SwarmStats stats_;
  FrameLedger ledger_;
  PeerGate peer_gate_;
  JoinSecret secret_;
  Ramp ramp_;
  RunState state_ = RunState::Ready;
  std::uint64_t run_ = 0;
  bool leaves_workers_ = false;  // stopped without telling them: they are not strays
  bool has_begun_ = false;       // begin_test() was called and start() not yet
  std::int64_t target_ = 0;
  StartOrder order_;
  ClassCounts target_classes_;
  bool is_spawning_completed_ = false;
  std::optional<base::Instant> reports_due_;  // the ramp is over; waiting for the workers' counts until then
  struct Stopping {
    base::Instant until;
    bool is_quit = false;
    base::Instant again_at;
    std::map<std::string, base::Instant> returning{};  // have stopped and will report as ready, until then at most
    base::Instant asked_at{};
  };
  std::optional<Stopping> stopping_;
  std::uint64_t completions_ = 0;
  double last_timestamp_ = 0;
  std::uint64_t last_order_ = 0;
  base::Instant next_second_;
  base::Instant refusal_said_until_{};  // they come ten times a second
  std::string locustfiles_;
  Shipment shipment_;
  Report report_;  // scratch: its tables keep their memory
  // Extended sessions of workers that have stopped and are about to greet again.
  std::map<std::string, WorkerNode::Extended> sessions_;
  // Those who have stopped and not greeted again: no nodes, and still there to hear a person's messages.
  std::set<std::string> resting_;
  Strangers strangers_;

  std::optional<base::Instant> resume_at_;  // dispatch again then, or when all workers of the run are back
  std::size_t resume_workers_ = 0;
  std::int64_t resume_users_ = 0;
  bool adopts_ = false;  // workers of the base dialect that were there before us
  using Receipts = std::vector<std::pair<std::string, std::uint64_t>>;
  std::map<std::uint64_t, Receipts> waiting_receipts_;  // by ticket
  Receipts unsaved_receipts_;
  std::uint64_t last_ticket_ = 0;
  base::Instant next_save_;
  bool has_run_changed_ = false, wants_full_save_ = false;
  std::size_t saved_indexes_ = 0;
  std::int64_t saved_reports_ = 0;

  std::map<std::string, std::int64_t> dropped_;
  MasterActions actions_;
};

}  // namespace acrida::cluster
