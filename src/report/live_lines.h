#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/console.h"

// What the live view at the bottom of a terminal says: lines of text out of figures.
namespace acrida::report {

// A run at one moment.
struct LiveFigures {
  std::string state;
  double elapsed = 0;
  std::optional<double> run_time;  // seconds
  std::int64_t users = 0, target_users = 0;
  double rps = 0, failures_per_second = 0, fail_ratio = 0;
  std::optional<double> p50_ms, p95_ms;
  std::vector<double> rps_before, p95_before;  // one value a second, the newest last
  std::vector<ErrorRow> errors;
};

// The block, each line at most `width` characters long.
Lines live_lines(const LiveFigures& figures, int width);
// The last `width` values as bars from zero to the greatest of them.
std::string sparkline(const std::vector<double>& values, int width);
// 1:05 or 2:03:09.
std::string clock_text(double seconds);

}  // namespace acrida::report
