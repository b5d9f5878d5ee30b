#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "stats/recorder.h"

namespace acrida::http {

// The samples of one turn, counted together just before their operations go back: so there is time to fetch the
// counters, which with a thousand names are in no cache (1 µs a request otherwise).
//
// Owner   the service. Thread: the loop's. Fails: never.
class Tally {
 public:
  // The recorder lives at least until its operation has gone back.
  void add(stats::Recorder& recorder, base::Duration response_time, std::int64_t body_bytes,
           base::Duration ended_since_epoch) {
    samples_.push_back({&recorder, response_time, body_bytes, ended_since_epoch});
  }
  void count();

 private:
  struct Sample {
    stats::Recorder* recorder;
    base::Duration response_time;
    std::int64_t body_bytes;
    base::Duration ended_since_epoch;
  };
  std::vector<Sample> samples_;
};

}  // namespace acrida::http
