#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "stats/epoch.h"
#include "stats/error_table.h"
#include "stats/shelf.h"

namespace acrida::stats {

// True while Python's acrida.stats.bucket_response_time is the original. One for the process, as the module is.
inline std::atomic<bool> is_bucket_function_original{true};

// The statistics of one environment: the entries of the current test, their total, the errors.
//
// Owner   Python's RequestStats (`_core`).
// Thread  under the GIL; entries are read on any thread.
// Fails   never (without memory the process ends).
class RequestStats {
 public:
  explicit RequestStats(bool use_cache = true, double now = base::wall_seconds())
      : use_cache_(use_cache),
        epoch_(std::make_shared<Epoch>(0, now, use_cache)),
        shelf_(std::make_shared<Shelf>(epoch_)) {}

  // The entry's address stays the same for the whole epoch: cache it together with epoch().
  Entry& find_or_create(std::string_view method, std::string_view name, double now = base::wall_seconds()) {
    return epoch_->find_or_create(method, name, now);
  }
  Entry& find_or_await(std::string_view method, std::string_view name, double now = base::wall_seconds()) {
    return epoch_->find_or_await(method, name, now);
  }
  // Grows with every clear_all().
  std::uint64_t epoch() const { return epoch_->number(); }
  Epoch& current_epoch() { return *epoch_; }
  Entry& total() { return epoch_->total(); }
  bool uses_default_buckets() const { return is_bucket_function_original.load(std::memory_order_relaxed); }

  // One request in its entry and in the total.
  void log_request(std::string_view method, std::string_view name, std::optional<Number> time_ms, Number length,
                   double now, const double* bucket = nullptr);
  // One failure in its entry and in the total.
  void log_failure(std::string_view method, std::string_view name, double now);
  // One failure in its entry, in the total and in the error table; is the record new?
  bool log_error(std::string_view method, std::string_view name, std::string_view text,
                 double now = base::wall_seconds());

  ErrorTable& errors() { return shelf_->errors; }
  // For readers on other threads.
  const std::shared_ptr<Shelf>& shelf() const { return shelf_; }

  // A test begins: new entries, a new total, no errors. Old ones live as long as somebody needs them (see Epoch).
  void clear_all(double now);
  // Everything to zero in place.
  void reset_all(double now);
  void tick(double now, std::int64_t window_seconds = SnapshotCache::kDefaultWindow) {
    epoch_->tick(now, window_seconds);
  }

 private:
  const bool use_cache_;
  std::shared_ptr<Epoch> epoch_;  // as in the shelf, without its lock
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace acrida::stats
