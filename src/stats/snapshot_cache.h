#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "stats/rounded_buckets.h"

namespace acrida::stats {

// What an entry had counted at a moment, as far as percentiles need it.
struct Snapshot {
  BucketCounts buckets;
  std::int64_t num_requests = 0;
  std::int64_t num_none_requests = 0;
};

// The states of an entry at the ends of its last busy seconds, by which a percentile of "the last ten seconds" is
// computed: the present state minus the one of ten seconds ago. As in Locust a second has a state only if a request
// came in the second after it.
//
// Owner   an Entry.
// Thread  holders of the GIL.
// Fails   never.
class SnapshotCache {
 public:
  static constexpr std::int64_t kDefaultWindow = 10;

  explicit SnapshotCache(std::int64_t second) { restart(second); }
  // Forgets everything: nothing had been counted at `second`.
  void restart(std::int64_t second);

  // Is the state before the first request of `second` still to be noted?
  bool wants(std::int64_t second) const { return !pending_second_ || *pending_second_ < second; }
  // The state before the first request of `second`; `last_request_second` decides whether the note before is kept.
  void note(std::int64_t second, Snapshot state, std::int64_t last_request_second);
  // Keeps the pending note if a request came since.
  void settle(std::optional<std::int64_t> last_request_second);

  void put(std::int64_t second, Snapshot state);
  void set_window(std::int64_t seconds) { window_ = seconds; }
  std::int64_t window() const { return window_; }
  std::map<std::int64_t, Snapshot>& by_second() { return by_second_; }

  // The state to subtract at `now`: of `window` seconds ago, or the nearest one up to 8 seconds off.
  const Snapshot* base_for(std::int64_t now) const;

 private:
  std::int64_t window_ = kDefaultWindow;
  std::map<std::int64_t, Snapshot> by_second_;
  std::optional<std::int64_t> pending_second_;
  std::optional<Snapshot> pending_;
};

}  // namespace acrida::stats
