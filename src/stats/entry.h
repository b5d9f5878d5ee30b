#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.h"
#include "stats/data_shard.h"
#include "stats/derived.h"
#include "stats/gate.h"
#include "stats/python_shard.h"
#include "stats/recorder.h"
#include "stats/snapshot_cache.h"

namespace acrida::stats {

class Epoch;

// The data thread's half of an entry: the Recorder that operations carry.
//
// Owner   an Entry; lives as long as its epoch.
// Thread  record() on the data thread; replace() under the GIL.
class DataHalf final : public Recorder {
 public:
  DataHalf(Gate& gate, DataShard* total);

  void record(base::Duration response_time, std::int64_t body_bytes,
              base::Duration ended_since_epoch) noexcept override;
  void expect(base::Duration response_time, Nearness nearness) const noexcept override;

  DataShard& shard() const noexcept { return *current_.load(std::memory_order_seq_cst); }
  // From now on counts into an empty shard whose samples also go to `total`. The old one is replaced().
  void replace(DataShard* total);
  // The shard that replace() took away: complete once the gate was waited for. Clear it before the next replace().
  DataShard& replaced() noexcept { return *other_; }

 private:
  Gate& gate_;
  std::unique_ptr<DataShard> live_, other_;
  std::atomic<DataShard*> current_;
};

// Everything an entry has counted so far; times in ms, moments in epoch seconds.
struct Counts {
  std::int64_t num_requests = 0, num_none_requests = 0, num_failures = 0;
  Number total_ms, max_ms, total_length;
  std::optional<Number> min_ms;
  double start_time = 0;
  std::optional<double> last_request_at;
  BucketCounts buckets;
  std::int64_t timed_requests() const { return num_requests - num_none_requests; }
};

// The statistics of one (method, name), or of the whole run: two shards, one for each writing thread, which readers
// add up. Writing from Python first folds the data thread's shard into the other one, so that what is written stands.
//
// Owner   an Epoch, or a person who made one by hand.
// Thread  the reading functions on any thread; all others under the GIL. See also data_recorder().
// Fails   never (without memory the process ends).
class Entry {
 public:
  Entry(std::string method, std::string name, double start_time, bool use_cache);

  const std::string& method() const { return method_; }
  const std::string& name() const { return name_; }

  // ---- reading ----
  Counts read() const;
  BucketCounts buckets() const;
  std::int64_t num_requests() const;
  std::int64_t num_none_requests() const { return python_.num_none_requests.get(); }
  std::int64_t num_failures() const { return python_.num_failures.get(); }
  Number total_ms() const;
  Number max_ms() const;
  std::optional<Number> min_ms() const;
  Number total_length() const;
  double start_time() const { return start_time_.get(); }
  std::optional<double> last_request_at() const;
  Period period() const { return {start_time(), last_request_at()}; }
  // False for an entry that was made for requests of which none has come back yet: readers of a table leave it out.
  bool is_shown() const;
  double current_rate(Window window) const;
  double current_failure_rate(Window window) const;
  std::vector<SecondCount> requests_per_second() const;
  std::vector<SecondCount> failures_per_second() const;
  std::uint64_t percentile_us(double p) const;  // from the fine histogram
  Histogram& fine_into(Histogram& sum) const;   // adds both shards' histograms to `sum`

  // ---- counting, under the GIL ----
  // One request here and in the run's total.
  void log(double response_time_ms, std::int64_t length, double now = base::wall_seconds());
  // One request here only.
  void log_here(std::optional<Number> time_ms, Number length, double now, const double* bucket = nullptr);
  void log_error_here(double now) { python_.record_failure(static_cast<std::int64_t>(now)); }
  // What the data thread may be given for requests of this entry; null for an entry outside of any epoch. Whoever puts
  // it into an operation keeps an EpochHold until that operation is back.
  Recorder* data_recorder();

  // ---- changing, under the GIL ----
  // Takes over what the data thread has counted; afterwards python() is the whole truth and may be written.
  PythonShard& fold();
  const PythonShard& python() const { return python_; }
  void set_start_time(double at) { start_time_.set(at); }
  void extend(const Entry& other);
  void reset(double now);
  // Everything counted since the last take() or reset, and a reset: between two of them no sample is lost, though the
  // data thread goes on counting.
  std::shared_ptr<Entry> take(double now);

  // ---- states of the last seconds; on any thread, since a master's control thread writes them while Python reads ----
  bool has_cache() const;
  void use_cache(bool wanted, double now);
  // Once a second, best just after it began, and before anything is counted from Python.
  void tick(double now);
  void set_window(std::int64_t seconds);
  using Snapshots = std::map<std::int64_t, Snapshot>;
  std::optional<Snapshots> snapshots();  // a copy; empty without a cache
  void put_snapshot(std::int64_t second);
  void put_snapshot(std::int64_t second, Snapshot state);
  void remove_snapshot(std::int64_t second);
  std::optional<double> current_percentile(double p, double now);  // empty: no state to compare with

 private:
  friend class Epoch;
  const DataShard* data() const noexcept;
  void restart(double now);
  std::optional<std::int64_t> last_request_second() const;
  void note_before(std::int64_t second);
  void note(std::int64_t second);
  void settle_cache();

  const std::string method_, name_;
  Cell<double> start_time_;
  PythonShard python_;
  std::atomic<DataHalf*> data_{nullptr};
  std::unique_ptr<DataHalf> owned_data_;
  mutable std::atomic<bool> is_only_awaited_{false};
  mutable std::mutex cache_mutex_;
  std::optional<SnapshotCache> cache_;
  Epoch* epoch_ = nullptr;
};

}  // namespace acrida::stats
