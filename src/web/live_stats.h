#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/row.h"
#include "stats/shelf.h"
#include "stats/snapshot_cache.h"
#include "web/entry_series.h"

namespace acrida::web {

// Everything counted so far, at one moment.
struct Picture {
  std::uint64_t test = 0;         // which one; grows with each new test
  double started_at = 0;          // epoch seconds of the start or the last reset
  double last_request_at = 0;     // epoch seconds; started_at without any request
  bool has_requests = false;      // otherwise there are no current rates
  std::vector<report::Row> rows;  // sorted by name, then method
  report::Row total;
  std::vector<stats::ErrorCopy> errors;  // in order of first occurrence
};

// One point of the charts.
struct HistoryPoint {
  double at = 0;  // epoch seconds
  double rps = 0, failures_per_second = 0, average_ms = 0;
  std::vector<std::pair<double, double>> percentiles;  // (which, ms)
  std::int64_t user_count = 0;
};

// What one entry counted over time.
struct Series {
  struct Rates {
    std::int64_t second = 0;  // the first one that it stands for
    double rps = 0, failures_per_second = 0;
  };
  std::int64_t seconds_per_point = 1;
  std::vector<Rates> rates;
  std::vector<double> percentiles;
  std::vector<stats::PercentileSeries::Point> times;
};

// The statistics of a run for readers without the GIL, and what is derived from watching them: percentiles of the last
// seconds, and the history for the charts.
//
// Owner   the site.
// Thread  any. Old tests are handed to a holder of the GIL through take_old_tests(), see stats::Shelf.
// Fails   never.
class LiveStats {
 public:
  // Where to read from now on; null: nowhere.
  void watch(std::shared_ptr<stats::Shelf> shelf);

  // Once a second, best just after it began: notes the state that current percentiles need, and a point for each name.
  void tick(double now, std::int64_t window_seconds, const std::vector<double>& percentiles);

  // `is_wanted`, if given, chooses the rows: most of them are not worth being made when only changes are of interest.
  using RowFilter = std::function<bool(const stats::Entry&, stats::Window)>;
  Picture picture(const RowFilter& is_wanted = nullptr);
  // Which test it is and when its statistics began: either changes with a new test, the second with a reset.
  std::pair<std::uint64_t, double> beginning();
  // Of about the last ten seconds, in ms; empty if too little is known of them.
  std::vector<std::optional<double>> current_percentiles(const std::vector<double>& which, double now);
  // The total alone, for the charts.
  HistoryPoint point(const std::vector<double>& percentiles, double now, std::int64_t user_count);

  void add_to_history(HistoryPoint point);
  // Points since the test's start or the last reset: those after the first `skip`, at most `most` of them (thinned).
  std::vector<HistoryPoint> history(std::size_t skip, std::size_t most);
  std::size_t history_size();

  // What one entry counted until the last full second before `settled`, `most` points or fewer; empty if there is no
  // such entry. What is younger than `settled` may still grow.
  Series series(const std::string& method, const std::string& name, double settled, std::size_t most);
  // Calls visit(entry, is_total) for every entry while the test is held.
  template <class Visit>
  void for_each_entry(Visit&& visit) {
    std::lock_guard lock(mutex_);
    if (!refresh()) return;
    const stats::Epoch::View view = epoch_->view();
    for (const stats::Entry* entry : view.entries) visit(*entry, false);
    visit(*view.total, true);
  }

  // With the GIL: let go of what is handed out.
  std::vector<std::shared_ptr<stats::Epoch>> take_old_tests();

 private:
  bool refresh();
  std::optional<double> current_percentile(const stats::Entry& total, double p, double now);

  std::mutex mutex_;
  std::shared_ptr<stats::Shelf> shelf_;
  std::shared_ptr<stats::Epoch> epoch_;
  std::vector<std::shared_ptr<stats::Epoch>> old_tests_;
  double started_at_ = 0;
  std::optional<stats::SnapshotCache> states_;  // of the total
  std::vector<HistoryPoint> history_;
  EntrySeries series_;
};

}  // namespace acrida::web
