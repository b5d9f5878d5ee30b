#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/swarm_node.h"
#include "engine/crew.h"
#include "native/crowd.h"
#include "program/cast.h"
#include "program/options.h"
#include "program/results.h"
#include "program/signals.h"
#include "program/usage.h"
#include "reactor/descriptor.h"

namespace acrida::program {

// A native program as a worker of a swarm: runs the users that its master asks for and reports what they did.
//
//   ApplyUsers ─▶ the crowd and its crew; batch_applied() when nobody is leaving any more
//   StopUsers, QuitWanted ─▶ everybody leaves; users_stopped() when all have and what they did is in the statistics
//
// Owner   native_main(). Thread: the main one.
// Fails   std::system_error for threads and descriptors that cannot be had; app::LinkError when there is no way to the
//         master.
class WorkerRun {
 public:
  WorkerRun(Cast& cast, const Options& options, Signals& signals);
  ~WorkerRun();
  int main();

 private:
  void wait();
  void turn();
  void tell_progress(base::Instant now);
  void collect(bool all);
  void settle();
  void end_test();

  // ---- what the node says
  void on(const cluster::Log& event);
  void on(const cluster::CustomMessage& event);
  void on(const cluster::Connected&) { is_connected_ = true; }
  void on(const cluster::GiveUp& event);
  void on(const cluster::LookAtMaster& event);
  void on(cluster::ApplyUsers& event);
  void on(const cluster::StopUsers& event);
  void on(const cluster::QuitWanted& event);
  void on(const cluster::Farewell&) { has_ended_ = true; }
  void on(const cluster::SwarmComplete& event);
  void on(const cluster::UpdateUserClass& event);
  void on(const cluster::TakeReport& event);
  template <class Event>
  void on(const Event&) {}  // for the shell, or of no interest here

  void begin_test(const cluster::SpawnOrder& order);
  std::vector<std::int64_t> wanted_of(const cluster::ClassCounts& counts) const;
  cluster::ClassCounts counts() const;
  template <class Command>
  void tell(Command command);

  Cast& cast_;
  const Options& options_;
  Signals& signals_;
  Results results_;
  Usage usage_;
  reactor::Descriptor bell_;
  std::shared_ptr<app::WorkerNode> node_;
  std::optional<native::Crowd> crowd_;
  std::optional<engine::Crew> crew_;
  std::uint64_t run_ = 0;
  std::optional<std::uint64_t> batch_, stop_;  // are answered when users have settled
  std::int64_t reported_requests_ = 0;
  base::Instant next_tell_at_{}, next_watch_at_{};
  bool is_connected_ = false, has_ended_ = false, is_quitting_ = false, has_filtered_ = false;
  std::optional<int> exit_code_;
};

}  // namespace acrida::program
