#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cluster/pending_row.h"
#include "cluster/report.h"
#include "stats/entry.h"
#include "stats/error_table.h"

namespace acrida::cluster {

// What all workers counted in the present test: reports added up.
//
// Owner   a Master.
// Thread  the master's; the entries and error records may be read on any thread.
// Fails   never.
class SwarmStats {
 public:
  // Names with an id in them would make a row per request: what comes above this is counted in one row that says so.
  static constexpr std::size_t kMostRows = 50'000;
  static constexpr std::size_t kRowsAtOnce = 2'000;
  static constexpr std::string_view kTooMany = "too many different names: all others are counted here";

  explicit SwarmStats(double now) { clear(now); }

  void clear(double now);  // new entries: readers of the old ones keep what they have
  void reset(double now);  // zeros in place, no errors

  // A report that was read without an error. Counted at once as long as few rows come; with very many, those above
  // kRowsAtOnce wait for settle(), which takes what came of the same row together. Of each `sender` the order of the
  // rows is remembered: its next report has much the same, which saves looking for them. Strangers, who may be any
  // number, share one: "".
  void merge(const Report& report, double now, std::string_view sender = {});

  // What the master's own listeners fire.
  struct OwnRequest {
    std::string method, name;
    std::optional<stats::Number> ms;
    stats::Number length;
    double now = 0;
    std::optional<double> bucket;  // what a person's own bucket function made of `ms`
  };
  struct OwnError {
    std::string method, name, text;
    double now = 0;
  };
  // The rows in which it was counted.
  struct OwnRows {
    std::shared_ptr<stats::Entry> entry, total;
    std::shared_ptr<stats::ErrorRecord> error;
  };
  OwnRows count(const OwnRequest& request);
  OwnRows count_error(const OwnError& error);

  // What waits is counted. Once a second, and before somebody looks at what is final.
  void settle();
  // A row as it was in a former life: its total is the row.
  void restore(const Report& row, bool is_total);
  void restore_error(const ErrorReport& error) { merge_error(error); }

  stats::Entry& total() const { return *total_.entry; }
  const std::shared_ptr<stats::Entry>& shared_total() const { return total_.entry; }
  const std::vector<std::shared_ptr<stats::Entry>>& entries() const { return entries_; }
  const stats::ErrorTable& errors() const { return errors_; }
  std::int64_t reports() const { return reports_; }

  void limit_rows(std::size_t rows) { most_rows_ = rows; }

  // Rows that are there since the last call.
  std::vector<std::shared_ptr<stats::Entry>> take_new_entries() { return std::exchange(new_entries_, {}); }
  std::vector<std::shared_ptr<stats::ErrorRecord>> take_new_errors() { return std::exchange(new_errors_, {}); }
  // Rows that changed since the last call, for the resume store; only kept while wanted.
  void track_changes(bool wanted) { tracks_changes_ = wanted; }
  std::vector<std::shared_ptr<stats::Entry>> take_changed_entries();
  std::vector<std::shared_ptr<stats::ErrorRecord>> take_changed_errors();

 private:
  struct Row {
    std::shared_ptr<stats::Entry> entry;
    bool has_changed = false;
    bool is_unsettled = false;
    std::unique_ptr<PendingRow> pending{};  // made when it first waits: in a small swarm no row does
  };
  using Rows = std::unordered_map<std::string, Row>;
  using KeyAndRow = Rows::value_type;
  KeyAndRow& find_or_create(std::string_view method, std::string_view name, double start_time);
  static void expect(const KeyAndRow& known, const Report& tables, const EntryReport& report);
  bool try_to_wait(Row& mine, const Report& tables, const EntryReport& row);
  void merge_into(Row& mine, const Report& tables, const EntryReport& row);
  static void add_response_times(stats::PythonShard& shard, const Report& tables, const EntryReport& row);
  void forget_unsettled();
  std::shared_ptr<stats::ErrorRecord> merge_error(const ErrorReport& report);
  void note_change(Row& row);

  Row total_;
  std::vector<Row*> unsettled_;
  std::size_t at_once_left_ = kRowsAtOnce;  // until settle()
  std::vector<std::shared_ptr<stats::Entry>> entries_, new_entries_;
  Rows rows_;
  std::unordered_map<std::string, std::vector<KeyAndRow*>> orders_;  // by sender
  stats::ErrorTable errors_;
  std::vector<std::shared_ptr<stats::ErrorRecord>> new_errors_;
  std::vector<std::shared_ptr<stats::ErrorRecord>> changed_errors_;
  std::vector<Row*> changed_entries_;
  bool tracks_changes_ = false;
  std::size_t most_rows_ = kMostRows;
  std::int64_t reports_ = 0;
  std::string key_;  // scratch
  Report sums_;      // scratch
};

}  // namespace acrida::cluster
