#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/messages.h"
#include "cluster/run_state.h"
#include "stats/entry.h"
#include "stats/error_table.h"

// What the machines ask their shell to do, in this order. Those marked (Python) go into the one ordered queue of events
// that the hub drains; the others are carried out on the control thread at once.
namespace acrida::cluster {

enum class Level { Debug, Info, Warning, Error };

// To that peer (its routing identity); a worker's only peer is its master, `peer` is empty then. Never blocks, may be
// lost.
struct Send {
  std::string peer;
  std::string bytes;
};

// A log line, with Locust's wording where Locust has one.
struct Log {
  Level level = Level::Info;
  std::string_view logger;  // "locust.runners", a literal; empty: the root logger
  std::string text;
};

// (Python) The state that people see changed.
struct StateChanged {
  RunState state;
};

// (Python) A message of a person's own type. `data`: MessagePack.
struct CustomMessage {
  std::string type, data, node_id;
  std::int64_t index = -1;  // the sender's, for the warning about a type that nobody registered; -1 on a worker
};

// ---- master

// (Python) worker_connect(client_id).
struct WorkerConnected {
  std::string client_id;
  std::int64_t index;
};
// (Python) worker_report(client_id, data), only if wanted. `data`: the base dialect's dictionary, from either dialect.
struct ReportReceived {
  std::string client_id, data;
};
// (Python) heartbeat_sent(client_id, timestamp).
struct HeartbeatSent {
  std::string client_id;
  double wall;
};
// (Python) An exception that escaped a task on a worker.
struct ExceptionReceived {
  std::string node_id;
  TaskException exception;
};
// The newest lines of a worker for /logs; they replace those before.
struct LogsReceived {
  LogLines logs;
};
// (Python) New test: these statistics take the place of the old ones.
struct StatisticsReplaced {
  std::shared_ptr<stats::Entry> total;
};
// (Python) A row was reported for the first time. Readable on any thread while the machine counts into it.
struct EntryAppeared {
  std::shared_ptr<stats::Entry> entry;
};
struct ErrorAppeared {
  std::shared_ptr<stats::ErrorRecord> record;
};
// (Python) spawning_complete(user_count).
struct SpawningCompleted {
  std::int64_t user_count;
};
// (Python) Workers came or left in a test whose users Python deals: it has to deal them anew.
struct WorkersChanged {};
// (Python) Every worker has stopped after a stop (or did not in time): fire test_stop.
struct RunStopped {
  bool has_timed_out;
};
// (Python) The swarm has no workers left: call runner.stop(), and runner.quit() where nobody is there to start again.
struct StopWanted {
  bool and_quit;
};
// (Python) All workers have said goodbye, or the time for that is over; `silent` are those that did not.
struct QuitFinished {
  std::vector<std::string> silent;
};
// (Python) A worker asks for the locustfile and none was set: call Master::set_locustfiles(), or it asks again.
struct LocustfileWanted {
  std::string peer;
};
// (Python) A worker asks for the shipment and there is none yet: call Master::set_shipment(); the worker asks again.
struct ShipmentWanted {};
// To the resume store. Master::on_durable(ticket) once it is safe on disk: receipts to workers wait for that.
struct Persist {
  std::uint64_t ticket;
  std::vector<std::pair<std::string, std::string>> rows;  // key, value; an empty value deletes
  bool replaces_everything = false;                       // a new test: all older rows go first
};

using MasterAction =
    std::variant<Send, Log, StateChanged, CustomMessage, WorkerConnected, ReportReceived, HeartbeatSent,
                 ExceptionReceived, LogsReceived, StatisticsReplaced, EntryAppeared, ErrorAppeared, SpawningCompleted,
                 WorkersChanged, RunStopped, StopWanted, QuitFinished, LocustfileWanted, ShipmentWanted, Persist>;
using MasterActions = std::vector<MasterAction>;

// ---- worker

// (Python) The master has answered: runner.worker_index, and everything that waits for a connection.
struct Connected {
  std::int64_t index;
};
// (Python) Nobody answered, or we are not wanted: end the process with this code.
struct GiveUp {
  int exit_code;
};
// (Python) The master closes the connection before it is one. Worker::on_master_encrypts() if it is there and greets as
// one with a join secret.
struct LookAtMaster {};
// Close the socket and open a new one with the same identity.
struct ResetConnection {};
// (Python) Make it so: runner options and host from `order`; test_start first if `is_new_test`, statistics cleared
// before that; a batch that is under way is abandoned. Worker::batch_applied(number) when done.
struct ApplyUsers {
  std::uint64_t number;
  bool is_new_test;
  SpawnOrder order;
};
// (Python) Stop all users and fire test_stopping / test_stop; Worker::users_stopped(number) when done.
struct StopUsers {
  std::uint64_t number;
};
// (Python) runner.quit(): stop all users, then Worker::users_stopped(number), and when Farewell comes end the process.
struct QuitWanted {
  std::uint64_t number;
  std::string reason;  // for people; empty: the master said so
};
// The last report is with the master (or nobody is there to take it): the process may end.
struct Farewell {};
// (Python) spawning_complete(user_count), from the master; --reset-stats acts on it.
struct SwarmComplete {
  std::int64_t user_count;
};
// (Python) update_user_class. `data`: MessagePack map.
struct UpdateUserClass {
  std::string data;
};
// (Python) heartbeat_received(timestamp).
struct HeartbeatReceived {
  double wall;
};
// Collect what was counted since the last report (keys of report_to_master listeners included if Python answers within
// a second) and hand it to Worker::on_report(number). Until then no other one is asked for.
struct TakeReport {
  std::uint64_t number;
};

using WorkerAction =
    std::variant<Send, Log, StateChanged, CustomMessage, Connected, GiveUp, LookAtMaster, ResetConnection, ApplyUsers,
                 StopUsers, QuitWanted, Farewell, SwarmComplete, UpdateUserClass, HeartbeatReceived, TakeReport>;
using WorkerActions = std::vector<WorkerAction>;

}  // namespace acrida::cluster
