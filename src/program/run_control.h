#pragma once

#include <cstdint>
#include <optional>

#include <acrida/shape.h>
#include "base/time.h"
#include "program/cast.h"
#include "program/results.h"
#include "program/runner.h"

namespace acrida::program {

// A test from its start to its end, whoever asks: the command line, a shape, the page. Keeps the time limit and asks
// the shape once a second.
//
// Owner   the run. Thread: the main one. Fails: never.
class RunControl {
 public:
  RunControl(Cast& cast, Results& results, Runner& runner) : cast_(cast), results_(results), runner_(runner) {}

  // Begins a test, or changes the one under way; false while it is being stopped.
  bool start(const Plan& plan, base::Instant now);
  void start_shape(base::Instant now);
  // The test ends so many seconds from now; 0: never. Quietly: turn() stops it itself, and has no reason to tell.
  void limit_run_time(std::int64_t seconds, base::Instant now, bool is_quiet);
  void stop(base::Instant now);
  // As a stop, but the process ends: of a master's workers everybody goes home.
  void quit(base::Instant now);
  void reset() { runner_.reset_statistics(); }
  // std::invalid_argument says what is wrong with it, and nothing has changed.
  void edit_class(const Json& settings);

  // What is due. Answers why the test has to end, once: "--run-time limit reached", "Shape test completed".
  const char* turn(base::Instant now);
  std::optional<base::Instant> next_at() const;

  Runner& runner() const { return runner_; }
  Cast& cast() const { return cast_; }
  Results& results() const { return results_; }
  bool follows_shape() const { return shape_at_.has_value(); }

  // Epoch seconds of the test, and how long it may last in seconds: for the page.
  std::optional<double> started_at() const { return started_at_; }
  std::optional<double> ended_at() const { return ended_at_; }
  std::optional<double> run_time() const { return run_time_; }

 private:
  bool ask_shape(base::Instant now);
  void note_start();

  Cast& cast_;
  Results& results_;
  Runner& runner_;
  std::optional<base::Instant> limit_at_, shape_at_;
  base::Instant shape_began_at_{};
  std::optional<Tick> last_tick_;
  std::optional<double> started_at_, ended_at_, run_time_;
  bool is_limit_quiet_ = false;
};

}  // namespace acrida::program
