#include "stats/snapshot_cache.h"

#include <utility>

namespace acrida::stats {

void SnapshotCache::restart(std::int64_t second) {
  by_second_.clear();
  by_second_[second] = {};
  pending_.reset();
  pending_second_.reset();
}

void SnapshotCache::note(std::int64_t second, Snapshot state, std::int64_t last_request_second) {
  settle(last_request_second);
  pending_second_ = second;
  pending_ = std::move(state);
}

void SnapshotCache::settle(std::optional<std::int64_t> last_request_second) {
  if (!pending_ || !last_request_second || *last_request_second < *pending_second_) return;
  put(*pending_second_ - 1, std::move(*pending_));
  pending_.reset();
}

void SnapshotCache::put(std::int64_t second, Snapshot state) {
  by_second_[second] = std::move(state);
  const auto most = static_cast<std::size_t>(window_ + 10);
  while (by_second_.size() > most) by_second_.erase(by_second_.begin());
}

const Snapshot* SnapshotCache::base_for(std::int64_t now) const {
  const auto find = [&](std::int64_t second) -> const Snapshot* {
    const auto found = by_second_.find(second);
    return found == by_second_.end() ? nullptr : &found->second;
  };
  if (const Snapshot* exact = find(now - window_)) return exact;
  for (std::int64_t off = 1; off < 9; ++off) {
    if (const Snapshot* older = find(now - window_ - off)) return older;
    if (const Snapshot* newer = find(now - window_ + off)) return newer;
  }
  return nullptr;
}

}  // namespace acrida::stats
