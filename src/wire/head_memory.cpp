#include "wire/head_memory.h"

namespace acrida::wire {

std::size_t HeadMemory::recall(std::string_view bytes, ResponseParser& parser) {
  has_looked_ = misses_ < kPatience || misses_ % kSampled == 0;
  if (has_looked_) {
    for (std::size_t i = 0; i < kKept; ++i) {
      const std::size_t at = (latest_ + i) % kKept;
      const Known& known = known_[at];
      if (known.bytes.empty() || known.parser.is_head_request_ != parser.is_head_request_) continue;
      if (!bytes.starts_with(known.bytes)) continue;
      latest_ = at;
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
  latest_ = (latest_ + kKept - 1) % kKept;  // the one that was found or kept longest ago, more or less
  Known& known = known_[latest_];
  known.bytes = bytes;
  known.head = *parser.head_;
  known.parser = parser;
}

}  // namespace acrida::wire
