#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "stats/epoch.h"
#include "stats/error_table.h"

namespace acrida::stats {

// What threads without the GIL need in order to read the statistics of an environment: which test is the current one,
// and its errors.
//
// Owner   RequestStats, and whoever reads; it outlives the RequestStats for them.
// Thread  epoch() and errors.copy() on any thread; all else under the GIL. A reader may not be the last to let go of an
//         epoch, since entries of Python may die with it: it hands old ones to a holder of the GIL.
// Fails   never.
class Shelf {
 public:
  explicit Shelf(std::shared_ptr<Epoch> epoch) : epoch_(std::move(epoch)) {}

  std::shared_ptr<Epoch> epoch() const {
    std::lock_guard lock(mutex_);
    return epoch_;
  }
  void put_epoch(std::shared_ptr<Epoch> epoch) {
    std::lock_guard lock(mutex_);
    epoch_.swap(epoch);
  }

  ErrorTable errors;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Epoch> epoch_;
};

}  // namespace acrida::stats
