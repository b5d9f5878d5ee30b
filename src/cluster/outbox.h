#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "base/time.h"

namespace acrida::cluster {

// The frames that a worker has sent and the master has not acknowledged, oldest first. Bounded: when it is full, no
// report is taken and what is counted goes on adding up in the statistics, where it needs no more room.
//
// Owner   a Worker.  Thread  the worker's.
class Outbox {
 public:
  static constexpr std::size_t kFrames = 8;
  static constexpr base::Duration kPatience = base::Duration(2'000'000'000);

  bool is_full() const { return frames_.size() >= kFrames; }
  bool is_empty() const { return frames_.empty(); }
  std::uint64_t last_sequence() const { return last_; }
  std::uint64_t next_sequence() const { return last_ + 1; }

  void keep(std::string message, base::Instant now) {
    frames_.push_back({++last_, std::move(message)});
    if (frames_.size() == 1) again_at_ = now + kPatience;
  }
  // All frames up to this one are safe.
  void acknowledged(std::uint64_t sequence, base::Instant now) {
    while (!frames_.empty() && frames_.front().sequence <= sequence) {
      frames_.pop_front();
      again_at_ = now + kPatience;
    }
  }
  // Nobody will ever take them; says how many they were.
  std::size_t abandon() {
    const std::size_t left = frames_.size();
    frames_.clear();
    return left;
  }
  // When those that are left should be sent once more, and that they were.
  bool is_due(base::Instant now) const { return !frames_.empty() && now >= again_at_; }
  base::Instant again_at() const { return again_at_; }
  void sent_again(base::Instant now) { again_at_ = now + kPatience; }

  struct Frame {
    std::uint64_t sequence;
    std::string message;
  };
  const std::deque<Frame>& frames() const { return frames_; }

 private:
  std::deque<Frame> frames_;
  std::uint64_t last_ = 0;
  base::Instant again_at_;
};

}  // namespace acrida::cluster
