#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace acrida::cluster {

// What one peer may send. A real worker sends two messages a second, and more only for exceptions and a person's own.
struct PeerLimits {
  double messages_per_second = 2'000;
  double burst = 10'000;
  std::size_t message_bytes = 64u << 20;
  std::size_t peers = 100'000;  // remembered at a time
};

// Counts each peer's messages against its allowance: a bucket that fills with time.
//
// Owner   a Master.  Thread  the master's.  Fails  try_take() refuses.
class PeerGate {
 public:
  enum class Verdict { Pass, Drop, DropAndSay };  // said once a second per peer at most

  explicit PeerGate(const PeerLimits& limits) : limits_(limits) {}

  Verdict try_take(std::string_view peer, base::Instant now) {
    auto found = peers_.find(std::string(peer));
    if (found == peers_.end()) {
      if (peers_.size() >= limits_.peers) forget_idle(now);
      if (peers_.size() >= limits_.peers) return Verdict::Drop;
      found = peers_.emplace(peer, Peer{limits_.burst, now, {}}).first;
    }
    Peer& it = found->second;
    it.left = std::min(limits_.burst, it.left + base::to_seconds(now - it.at) * limits_.messages_per_second);
    it.at = now;
    if (it.left >= 1) return it.left -= 1, Verdict::Pass;
    if (now < it.silent_until) return Verdict::Drop;
    it.silent_until = now + base::from_seconds(1);
    return Verdict::DropAndSay;
  }

 private:
  struct Peer {
    double left;
    base::Instant at;
    base::Instant silent_until;
  };
  void forget_idle(base::Instant now) {
    std::erase_if(peers_, [&](const auto& each) { return now - each.second.at > base::from_seconds(10); });
  }

  PeerLimits limits_;
  std::unordered_map<std::string, Peer> peers_;
};

}  // namespace acrida::cluster
