#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "cluster/messages.h"
#include "cluster/run_state.h"

namespace acrida::cluster {

// A worker as its master knows it.
//
// Owner   a Roster.  Thread  the master's.
struct WorkerNode {
  std::string id;
  std::string version;  // Locust's that it follows, as it says; empty for Go and Java workers, which say none
  std::string address;  // without the port; empty while it is not known
  std::int64_t index = -1;
  std::string state{text(RunState::Ready)};  // as the worker calls it, or kMissing
  base::Instant heard_at;
  base::Instant missing_since;
  double cpu_percent = 0;
  std::int64_t memory_bytes = 0;
  ClassCounts counts;  // as last reported; empty while missing. Roster::set_counts() keeps their sums
  std::int64_t users = 0;
  bool has_warned_cpu = false;
  bool is_of_run = true;           // has answered an order of the present test: its reports belong to it
  bool is_being_stopped = false;   // was told to stop and has not said that it has
  base::Instant reported_at;       // its last report
  std::int64_t reported_pace = 0;  // requests per second in that one; reports of the base dialect only
  base::Instant stop_again_at;

  // What it was told and has not reacted to yet: told again after a while, since a link may lose messages.
  struct Unconfirmed {
    base::Instant again_at;
    base::Duration patience;
  };
  std::optional<Unconfirmed> order;
  std::optional<SpawnOrder> last_order;

  // Set between acrida nodes.
  struct Extended {
    std::string incarnation;
    std::string software;              // "acrida 0.1.0"; empty if it does not say
    std::uint64_t run = 0, order = 0;  // from its heartbeats
    std::int64_t counted = 0;
    double hub_lag_seconds = 0;
    std::int64_t pace = 0;  // requests per second between its last two heartbeats
    base::Instant counted_at;
  };
  std::optional<Extended> extended;

  // What to show as its version.
  const std::string& shown_version() const {
    return extended && !extended->software.empty() ? extended->software : version;
  }
  // A Go or Java worker: says no version, sends no last report, uses no options.
  bool is_foreign() const { return !extended && version.empty(); }
  bool is_missing() const { return state == kMissing; }
  bool is_ready() const { return state == text(RunState::Ready); }
  bool is_active() const { return is_ready() || state == text(RunState::Spawning) || state == text(RunState::Running); }
  std::int64_t user_count() const { return users; }
};

}  // namespace acrida::cluster
