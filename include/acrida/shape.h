#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "acrida/export.h"

namespace acrida {

// How many users there shall be from now on.
struct Tick {
  std::int64_t users = 0;
  double spawn_rate = 1;                  // per second
  std::vector<std::string> classes = {};  // only these from now on; empty: all
};

// Decides, once a second, how many users there are: for ramps, steps, spikes.
class ACRIDA_API LoadTestShape {
 public:
  virtual ~LoadTestShape() = default;
  // Nothing: the test ends.
  virtual std::optional<Tick> tick() = 0;

  double run_time() const { return run_time_; }  // seconds since the test began
  std::int64_t current_user_count() const { return user_count_; }

  // Called by the program.
  void tell(double run_time, std::int64_t user_count) {
    run_time_ = run_time;
    user_count_ = user_count;
  }

 private:
  double run_time_ = 0;
  std::int64_t user_count_ = 0;
};

}  // namespace acrida
