#include "cluster/exception_sender.h"

#include <algorithm>
#include <limits>

namespace acrida::cluster {

std::vector<TaskException> ExceptionSender::add(TaskException exception, bool can_count) {
  const auto kind = std::pair(std::move(exception.traceback), std::move(exception.message));
  if (waiting_.size() < kMostKinds || waiting_.contains(kind))
    waiting_[kind] += exception.count;
  else
    untold_ += exception.count;
  return send_some(can_count);
}

std::vector<TaskException> ExceptionSender::second_over(bool can_count) {
  left_ = kMostPerSecond;
  return send_some(can_count);
}

std::vector<TaskException> ExceptionSender::last(bool can_count) {
  left_ = can_count ? std::numeric_limits<int>::max() : left_;
  std::vector<TaskException> sent = send_some(can_count);
  for (const auto& [kind, count] : waiting_) untold_ += count;
  waiting_.clear();
  left_ = std::min(left_, kMostPerSecond);
  return sent;
}

std::int64_t ExceptionSender::take_untold() { return std::exchange(untold_, 0); }

std::vector<TaskException> ExceptionSender::send_some(bool can_count) {
  std::vector<TaskException> sent;
  while (left_ > 0 && !waiting_.empty()) {
    const auto one = waiting_.begin();
    const std::int64_t count = can_count ? one->second : 1;
    sent.push_back({one->first.second, one->first.first, count});
    one->second -= count;
    if (one->second == 0) waiting_.erase(one);
    --left_;
  }
  return sent;
}

}  // namespace acrida::cluster
