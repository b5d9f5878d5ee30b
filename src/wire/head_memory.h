#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "wire/response_head.h"
#include "wire/response_parser.h"

namespace acrida::wire {

// The heads that came lately, parsed. Most servers answer request after request with the same head, but for a date that
// changes once a second, and comparing bytes is several times quicker than reading them.
//
// A server whose every head is new (a request id, a trace id) is noticed by the misses: from then on only one answer in
// kSampled is looked up and kept.
//
// Owner   whoever owns the parsers; one memory may serve the parsers of all connections.
// Thread  the parsers'.
// Fails   never, but for std::bad_alloc.
class HeadMemory {
 public:
  static constexpr std::size_t kKept = 8;
  static constexpr std::size_t kMostBytes = 2048;  // longer heads are not kept
  static constexpr unsigned kPatience = 64;        // misses in a row
  static constexpr unsigned kSampled = 16;

  // If a known head stands at the beginning of `bytes`: brings `parser` (that has just been reset) and its head behind
  // it. Tells how many bytes that were, 0 if there was none.
  std::size_t recall(std::string_view bytes, ResponseParser& parser);
  // `parser` has read a whole head from exactly these bytes, in the call that recall() knew nothing for.
  void remember(std::string_view bytes, const ResponseParser& parser);

 private:
  struct Known {
    std::string bytes;      // with the empty line; empty: nothing is known
    ResponseHead head;      // what they come to
    ResponseParser parser;  // as it stood behind them
  };

  std::array<Known, kKept> known_;
  std::size_t found_ = 0;   // where the last one was found: looked at first
  std::size_t next_ = 0;    // to be overwritten: the one that was kept longest ago
  unsigned misses_ = 0;     // in a row
  bool has_looked_ = true;  // in the last recall()
};

}  // namespace acrida::wire
