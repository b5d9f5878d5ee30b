#pragma once

#include <chrono>

#include "base/time.h"

namespace acrida::app {

// How long a listener lets messages gather before it reads them: where very many come, waking up for every single one
// of a thousand peers would cost as much as the messages. Pure: told the time.
//
// Owner   a link.
// Thread  the loop's.
// Fails   never.
class LinkPace {
 public:
  static constexpr int kManyInASecond = 500;
  static constexpr base::Duration kPause = std::chrono::milliseconds(10);

  // A message was read.
  void count() { ++messages_; }

  // Something is there to be read: wait so long. Not at all, unless the second that has ended brought many.
  base::Duration pause(base::Instant now) {
    if (now >= second_ends_at_) {
      const bool has_just_ended = now < second_ends_at_ + kSecond;
      is_busy_ = has_just_ended && messages_ >= kManyInASecond;
      messages_ = 0;
      second_ends_at_ = now + kSecond;
    }
    return is_busy_ ? kPause : base::Duration::zero();
  }

 private:
  static constexpr base::Duration kSecond = std::chrono::seconds(1);
  base::Instant second_ends_at_{};
  int messages_ = 0;
  bool is_busy_ = false;
};

}  // namespace acrida::app
