#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/messages.h"
#include "stats/entry.h"
#include "stats/error_table.h"
#include "stats/request_stats.h"

// What a worker counted since its last report, in both dialects.
namespace acrida::cluster {

struct CountAt {
  std::int64_t at, count;  // a second, or an index of the fine histogram
};
// Small, since a report has thousands of them.
struct CountInPlace {
  std::uint16_t place, count;  // of RoundedBuckets
};

// One row, as views into the report's bytes and ranges of the report's tables: reading a report allocates nothing once
// its tables have grown.
struct EntryReport {
  std::string_view method, name;
  std::optional<double> last_request_at;
  double start_time = 0;
  std::int64_t num_requests = 0, num_none_requests = 0, num_failures = 0;
  stats::Number total_ms, max_ms, total_length;
  std::optional<stats::Number> min_ms;
  struct Range {
    std::size_t first = 0, last = 0;
    bool is_empty() const { return first == last; }
    template <class T>
    std::span<const T> of(const std::vector<T>& table) const {
      return {table.data() + first, last - first};
    }
  };
  Range buckets;                                // of Report::buckets
  Range odd_buckets;                            // of Report::odd_buckets
  Range fine, per_second, failures_per_second;  // of Report::counts

  // Go workers say a minimum of 0 when there was no request.
  bool has_times() const { return num_requests > num_none_requests; }
  bool has_counted() const { return num_requests > 0 || num_failures > 0; }
};

struct ErrorReport {
  std::string_view method, name, text;
  std::int64_t occurrences = 0;
  double first_seen = 0, last_seen = 0;  // 0: not said
};

struct Report {
  std::vector<EntryReport> entries;
  EntryReport total;
  bool has_total = false;
  std::vector<ErrorReport> errors;
  std::vector<CountAt> counts;
  std::vector<CountInPlace> buckets;
  std::vector<stats::BucketCount> odd_buckets;  // without a place: of a person's own bucket function, or too many
  std::optional<ClassCounts> user_classes;
  std::string_view extra;       // MessagePack pairs that report_to_master listeners added …
  std::size_t extra_pairs = 0;  // … so many
  // Extended dialect only.
  std::uint64_t sequence = 0, run = 0;
  std::deque<std::string> repaired;  // texts that were no UTF-8

  void clear();
};

// Reads a whole report, or says what is wrong with it: nothing of a malformed one may be counted. Tolerates what Go and
// Java workers and older Locusts send: a minimum of 0 without requests, a total called Total, errors without times,
// absent counts, integers for times.
bool read_base_report(std::string_view data, const wire::MsgpackLimits& limits, Report& report, std::string& problem);
bool read_frame(std::string_view data, const wire::MsgpackLimits& limits, Report& report, std::string& problem);

// What a worker counted, to be sent. The entries belong to the report alone (Entry::take()).
struct Taken {
  std::vector<std::shared_ptr<const stats::Entry>> entries;  // those with requests or failures
  std::shared_ptr<const stats::Entry> total;
  std::vector<std::shared_ptr<const stats::ErrorRecord>> errors;  // occurrences since the last report
  ClassCounts user_classes;
  std::string extra;  // MessagePack pairs from report_to_master listeners, one after the other …
  std::size_t extra_pairs = 0;
  // The run of the order with which these statistics began (ApplyUsers::order.run at the last clear); 0: none.
  std::uint64_t run = 0;
};
// Everything counted since the last time; users, extras and the run are the caller's.
Taken take_out(stats::RequestStats& statistics, double now);
std::string base_report_data(const Taken& taken);
std::string frame_data(const Taken& taken, std::uint64_t sequence);
// What worker_report listeners get for a frame: the same dictionary as for a base report.
std::string as_base_report(const Report& frame);

// The key of an error in a base report: SHA-256 of `method.name.repr(text)`, so that rows meet those of real workers.
std::string error_key(std::string_view method, std::string_view name, std::string_view text);
// As Python's repr() writes a str. Beyond ASCII everything counts as printable.
std::string python_repr(std::string_view text);

// A whole entry as one value, for the resume store.
std::string entry_row(const stats::Entry& entry);
std::string error_row(const stats::ErrorRecord& record);
bool read_entry_row(std::string_view value, Report& report);  // total
bool read_error_row(std::string_view value, Report& report);  // errors[0]

}  // namespace acrida::cluster
