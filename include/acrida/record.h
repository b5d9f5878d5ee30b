#pragma once

#include <cstdint>
#include <string_view>

#include "acrida/export.h"

namespace acrida {

// One measured event of any protocol.
struct Sample {
  std::string_view method;           // what kind: "REDIS", "TCP" …
  std::string_view name;             // its row in the statistics
  double response_time_ms = 0;       // how long it took
  std::int64_t response_length = 0;  // bytes
  std::string_view error = {};       // empty: a success
};

// Counts it, in the row of its method and name. Only in a user's code.
ACRIDA_API void record(const Sample& sample);

// Measures from its construction to success() or failure(); counts nothing without one of them.
//
//   Stopwatch watch("REDIS", "GET");
//   … talk …
//   watch.success(bytes);
class ACRIDA_API Stopwatch {
 public:
  Stopwatch(std::string_view method, std::string_view name);  // the texts must outlive it
  double elapsed_ms() const;
  void success(std::int64_t response_length = 0) const;
  void failure(std::string_view error, std::int64_t response_length = 0) const;

 private:
  std::string_view method_, name_;
  std::int64_t started_ns_;
};

// Gives the turn to other users for so long. std::this_thread::sleep_for() would hold up all users of the thread.
ACRIDA_API void sleep(double seconds);

// A line in the log of the run, from wherever: users, listeners, other threads. printf would mix with the tables.
ACRIDA_API void log(std::string_view text);

}  // namespace acrida
