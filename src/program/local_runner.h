#pragma once

#include <optional>

#include "engine/run.h"
#include "native/crowd.h"
#include "program/cast.h"
#include "program/message_desk.h"
#include "program/options.h"
#include "program/results.h"
#include "program/runner.h"
#include "reactor/descriptor.h"

namespace acrida::program {

// The users of this process. Their threads exist from the start of a test to its end.
//
// Owner   the run. Thread: the main one.
// Fails   std::system_error for threads and descriptors that cannot be had.
class LocalRunner final : public Runner {
 public:
  LocalRunner(Cast& cast, Results& results, const Options& options);

  int descriptor() const override { return bell_.get(); }
  std::optional<base::Instant> next_at() const override;
  void turn(base::Instant now) override;
  bool start(const Plan& plan, base::Instant now) override;
  void stop(base::Instant now) override;
  void quit(base::Instant now) override { stop(now); }
  bool has_quit() const override { return is_idle(); }
  void reset_statistics() override;
  void class_edited(const load::UserClass& edited, const Json& settings) override;
  void collect_all() override;

  RunState state() const override { return run_ ? run_->state() : last_state_; }
  std::int64_t user_count() const override { return crowd_ ? crowd_->alive() : 0; }
  std::int64_t target_user_count() const override { return run_ ? run_->target() : 0; }
  ClassCounts users_by_class() const override;
  ClassCounts final_users_by_class() const override { return final_; }
  std::vector<std::string> closing_lines() const override;

 private:
  void handle_notices();
  void on_spawning_complete(std::int64_t users);
  void end_test();

  Cast& cast_;
  Results& results_;
  const Options& options_;
  reactor::Descriptor bell_;
  MessageDesk messages_{bell_};
  std::optional<native::Crowd> crowd_;
  std::optional<engine::Run> run_;
  RunState last_state_ = RunState::Ready;
  ClassCounts final_;
  http::ServiceCounters counters_;
  base::Instant next_watch_at_{};
};

}  // namespace acrida::program
