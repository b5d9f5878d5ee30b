#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/swarm_node.h"
#include "program/cast.h"
#include "program/options.h"
#include "program/results.h"
#include "program/runner.h"

namespace acrida::program {

// The workers of a swarm: runs no users itself, tells workers what to run and adds up their reports.
//
// Owner   the run. Thread: the main one; the node keeps its link on the control thread.
// Fails   the constructor throws app::LinkError when it cannot listen, or the file of --resume cannot be used.
class MasterRunner final : public Runner {
 public:
  MasterRunner(Cast& cast, Results& results, const Options& options);
  ~MasterRunner() override;

  int descriptor() const override { return node_->events().descriptor(); }
  std::optional<base::Instant> next_at() const override { return std::nullopt; }
  void turn(base::Instant now) override;
  bool start(const Plan& plan, base::Instant now) override;
  void stop(base::Instant now) override;
  void quit(base::Instant now) override;
  bool has_quit() const override { return has_quit_; }
  void reset_statistics() override;
  void class_edited(const load::UserClass& edited, const Json& settings) override;
  void collect_all() override { turn(base::now()); }

  RunState state() const override { return state_; }
  std::int64_t user_count() const override;
  std::int64_t target_user_count() const override;
  ClassCounts users_by_class() const override;
  ClassCounts final_users_by_class() const override { return final_; }
  std::vector<std::string> closing_lines() const override;
  bool is_distributed() const override { return true; }
  int port() const override { return node_->link().port(); }
  Json workers() const override;
  std::int64_t worker_count() const override;
  std::int64_t ready_count() const override;
  bool is_resumed() const override { return is_resumed_; }
  Json worker_logs() const override { return worker_logs_; }
  StopWish take_stop_wish() override { return std::exchange(stop_wish_, StopWish::None); }

 private:
  void on(const cluster::Log& event);
  void on(const cluster::StateChanged& event) { state_ = event.state; }
  void on(const cluster::CustomMessage& event);
  void on(const cluster::ExceptionReceived& event);
  void on(const cluster::LogsReceived& event) { worker_logs_[event.logs.worker_id] = event.logs.lines; }
  void on(const cluster::StatisticsReplaced& event);
  void on(const cluster::EntryAppeared& event);
  void on(const cluster::ErrorAppeared& event);
  void on(const cluster::SpawningCompleted& event);
  void on(const cluster::RunStopped& event);
  void on(const cluster::StopWanted& event) { stop_wish_ = event.and_quit ? StopWish::Quit : StopWish::Stop; }
  void on(const cluster::QuitFinished& event);
  template <class Event>
  void on(const Event&) {}  // for the shell, or of no interest here

  void begin_test();
  void say_stopped();
  template <class Command>
  void tell(Command command);

  Cast& cast_;
  Results& results_;
  const Options& options_;
  std::shared_ptr<app::MasterNode> node_;
  RunState state_ = RunState::Ready;
  bool is_resumed_ = false, is_cleared_ = false, is_quitting_ = false, has_quit_ = false, must_say_stopped_ = false;
  StopWish stop_wish_ = StopWish::None;
  ClassCounts final_;
  Json worker_logs_ = Json::object();
};

}  // namespace acrida::program
