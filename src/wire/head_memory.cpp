#include "wire/head_memory.h"

namespace acrida::wire {

std::size_t HeadMemory::recall(std::string_view bytes, ResponseParser& parser) {
  has_looked_ = misses_ < kPatience || misses_ % kSampled == 0;
  if (has_looked_) {
    for (std::size_t i = 0; i < kKept; ++i) {
      const std::size_t at = (found_ + i) % kKept;
      const Known& known = known_[at];
      if (known.bytes.empty() || known.parser.is_head_request_ != parser.is_head_request_) continue;
      if (!bytes.starts_with(known.bytes)) continue;
      found_ = at;
      misses_ = 0;
      parser.continue_behind(known.parser, known.head);
      return known.bytes.size();
    }
  }
  ++misses_;
  return 0;
}

void HeadMemory::remember(std::string_view bytes, const ResponseParser& parser) {
  // What sets a cookie will hardly come again.
  if (!has_looked_ || bytes.size() > kMostBytes || parser.head_->has_set_cookie) return;
  // In turns: when the date has changed all that is known is out of date, and the oldest of it goes first.
  Known& known = known_[next_];
  found_ = next_;
  next_ = (next_ + 1) % kKept;
  known.bytes = bytes;
  known.head = *parser.head_;
  known.parser = parser;
}

}  // namespace acrida::wire
