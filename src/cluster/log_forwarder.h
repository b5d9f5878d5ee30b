#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace acrida::cluster {

// Which log lines a worker sends to its master: all it keeps, every 10 s, as long as new ones came. A worker that logs
// more than 70 lines in one interval says so and sends no more: a swarm's logs must not drown its master. Growth is
// counted by lines ever logged, so that a full buffer does not end the forwarding.
//
// Owner   a Worker.  Thread  the worker's.
class LogForwarder {
 public:
  static constexpr std::size_t kKept = 500;
  static constexpr std::int64_t kLimit = 70;
  static constexpr const char* kTooMany =
      "The worker attempted to send more than 70 log lines in one interval. Further log sending was disabled for this "
      "worker.";

  void add(std::string line) {
    lines_.push_back(std::move(line));
    if (lines_.size() > kKept) lines_.pop_front();
    ++added_;
  }

  struct Turn {
    bool sends = false;
    bool ends = false;  // log kTooMany (it comes back through add()), then send once more
  };
  Turn interval_over(bool is_first) {
    const std::int64_t grown = added_ - sent_;
    sent_ = added_;
    if (has_ended_ || grown == 0) return {};
    if (!is_first && grown > kLimit) {
      has_ended_ = true;
      return {true, true};
    }
    return {true, false};
  }
  std::vector<std::string> lines() const { return {lines_.begin(), lines_.end()}; }

 private:
  std::deque<std::string> lines_;
  std::int64_t added_ = 0, sent_ = 0;
  bool has_ended_ = false;
};

}  // namespace acrida::cluster
