#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stats/cell.h"

namespace acrida::stats {

// One kind of failure: same method, name and text.
struct ErrorRecord {
  ErrorRecord(std::string_view of_method, std::string_view of_name, std::string_view of_text)
      : method(of_method), name(of_name), text(of_text) {}
  void occurred(double now);

  const std::string method, name, text;
  Cell<std::int64_t> occurrences;
  Cell<double> first_seen, last_seen;  // epoch seconds; 0: never
};

// The same at one moment.
struct ErrorCopy {
  std::string method, name, text;
  std::int64_t occurrences = 0;
  double first_seen = 0, last_seen = 0;  // epoch seconds; 0: never
};

// Replaces the address in the first "object at 0x…>" of `text` everywhere by "0x....", so that equal errors meet.
std::string mask_address(std::string_view text);

// The failures of a run in order of first occurrence. Their number is limited, since a text with an id in it would
// make a record per request: what comes above the limit is counted in one record whose text says so.
//
// Owner   RequestStats.
// Thread  holders of the GIL; copy(), and the records' counters, on any thread.
// Fails   never.
class ErrorTable {
 public:
  using Records = std::vector<std::shared_ptr<ErrorRecord>>;
  static constexpr std::size_t kDefaultLimit = 10'000;

  explicit ErrorTable(std::size_t limit = kDefaultLimit) : limit_(limit) {}

  // Counts one failure; `text` as mask_address() leaves it.
  const std::shared_ptr<ErrorRecord>& log(std::string_view method, std::string_view name, std::string_view text,
                                          double now);
  // The record of that key, made if there is room, else the overflow record.
  const std::shared_ptr<ErrorRecord>& find_or_create(std::string_view method, std::string_view name,
                                                     std::string_view text);
  // Puts a record made elsewhere in the place of one with the same key.
  void put(std::shared_ptr<ErrorRecord> record);
  void remove(const ErrorRecord& record);
  void clear();

  const Records& records() const { return records_; }
  std::vector<ErrorCopy> copy() const;
  std::size_t limit() const { return limit_; }
  void set_limit(std::size_t records) { limit_ = records; }

 private:
  const std::shared_ptr<ErrorRecord>& overflow();

  std::size_t limit_;
  mutable std::mutex mutex_;  // held while records_ changes, and by readers without the GIL
  Records records_;
  std::unordered_map<std::string, std::size_t> places_;  // key -> index in records_
  std::string key_;                                      // scratch
};

}  // namespace acrida::stats
