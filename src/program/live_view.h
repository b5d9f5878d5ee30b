#pragma once

#include <vector>

#include "program/options.h"
#include "program/run_control.h"
#include "web/live_stats.h"

namespace acrida::program {

// The live view of a headless run: a block of lines at the bottom of a terminal, below what is logged. Only for people:
// in a pipe, in CI, with --print-stats or --only-summary the plain tables stay what they are.
//
// Owner   the run. Thread: the main one. Fails: never. When it dies the terminal is as it was before.
class LiveView {
 public:
  static bool is_wanted(const Options& options);
  LiveView(const RunControl& control, const Options& options) : control_(control), options_(options) {}
  ~LiveView();
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  base::Instant next_at() const { return next_at_; }
  // Draws if it is time to.
  void turn(web::LiveStats& statistics, base::Instant now);

 private:
  const RunControl& control_;
  const Options& options_;
  base::Instant next_at_{};
  std::int64_t second_ = -1;
  std::vector<double> rps_, p95_;  // one value a second
};

}  // namespace acrida::program
