#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "web/json_rows.h"
#include "web/live_stats.h"
#include "web/run_view.h"

namespace acrida::web {

// What the page shows, as the stream of events sends it: once the whole, then only what has changed. All viewers get
// the same deltas, so one of these serves them all.
//
// Owner   EventStreams.
// Thread  the loop's.
// Fails   never.
class LiveState {
 public:
  LiveState(RunView& view, LiveStats& statistics) : view_(view), statistics_(statistics) {}

  // What is known here alone.
  struct Now {
    double seconds = 0;  // epoch
    std::size_t viewers = 0;
    double hub_lag_seconds = 0;
  };

  // The whole state for one more viewer. `is_first`: nobody else watches.
  Json snapshot(const Now& now, bool is_first);
  // What changed since the delta before; nothing if nothing did. `*is_anew`: it is everything, since a new test or a
  // reset has begun, or exceptions were forgotten.
  std::optional<Json> delta(const Now& now, bool* is_anew);

 private:
  struct RowMark {
    std::int64_t requests, failures;
    double rps, failures_per_second;
    bool operator==(const RowMark&) const = default;
  };
  using Key = std::string;

  void forget();
  bool has_forgotten_exceptions() const;
  void note_lag(const Now& now);
  Json notices(const Json& status, const Now& now);
  Json small_things(const Now& now, const Picture& picture, const Percentiles& percentiles);
  bool has_changed(const stats::Entry& entry, stats::Window window);
  void add_rows(Json& out, const Picture& picture, const Percentiles& percentiles, bool all);
  void add_errors(Json& out, const Picture& picture, bool all);
  void add_exceptions(Json& out, bool all);
  void add_workers(Json& out, const Json& status, bool all);
  void add_history(Json& out, bool all);
  void add_logs(Json& out, bool all);

  RunView& view_;
  LiveStats& statistics_;
  std::uint64_t seq_ = 0, test_ = 0;
  double started_at_ = -1;
  unsigned late_ = 0;  // one bit for each of the last seconds: Python answered late
  std::optional<double> late_since_;
  Json small_ = Json::object();
  std::unordered_map<const stats::Entry*, RowMark> rows_;  // of this test; never looked into
  std::unordered_map<Key, std::int64_t> errors_, exceptions_;
  std::map<std::string, Json> workers_;
  std::size_t history_ = 0;
  std::uint64_t log_lines_ = 0, worker_logs_version_ = 0, exceptions_version_ = 0;
  std::map<std::string, std::string> last_worker_line_;
};

// The lines of `lines` behind the last one that equals `seen`; all if there is none.
std::vector<std::string> lines_after(const std::vector<std::string>& lines, const std::string& seen);

}  // namespace acrida::web
