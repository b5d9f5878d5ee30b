#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "cluster/master.h"
#include "cluster/worker.h"

// A swarm in one thread on virtual time: real machines, links in memory that delay, drop, duplicate, reorder and cut,
// nodes that freeze, die and come back. Whatever happens follows from the seed.
namespace acrida::cluster::simulation {

struct Faults {
  double drop = 0, duplicate = 0;  // chance for each message
  base::Duration delay = base::from_seconds(0.001), jitter = base::Duration::zero();
  bool keeps_order = true;  // as TCP does; off: every message takes its own time
};

// A worker with a Python that starts users, lets each do a request a second, and is slow when told to.
struct SimWorker {
  std::string id;
  std::unique_ptr<Worker> machine;
  bool is_alive = true, has_ended = false, is_cut = false;
  int exit_code = -1;
  base::Instant frozen_until, counted_at;
  base::Instant link_busy_to, link_busy_from;  // keep the order of what is on the way
  base::Duration apply_time = base::from_seconds(0.01), stop_time = base::from_seconds(0.05);
  std::optional<base::Instant> tick_at;

  ClassCounts users;
  std::uint64_t run = 0;                                                   // of the statistics
  double fraction = 0;                                                     // of a request
  std::int64_t untaken = 0;                                                // counted since the last report
  std::map<std::uint64_t, std::int64_t> performed;                         // by run: the truth
  std::map<std::uint64_t, std::pair<std::uint64_t, std::int64_t>> frames;  // by sequence: run and requests
  std::int64_t tests_started = 0, completions = 0;
};

class World {
 public:
  explicit World(std::uint64_t seed, MasterSettings settings = {});

  // ---- who is there
  SimWorker& add_worker(WorkerSettings settings = {});
  SimWorker& worker(std::size_t i) { return *workers_[i]; }
  std::size_t size() const { return workers_.size(); }
  void kill(SimWorker& worker);
  void cut(SimWorker& worker, bool is_cut) { worker.is_cut = is_cut; }
  void freeze(SimWorker& worker, base::Duration time);
  void freeze_master(base::Duration time);
  void kill_master();
  void start_master();  // with what the store has, if settings.keeps_results
  bool has_master() const { return master_ != nullptr; }
  Master& master() { return *master_; }
  Faults faults;

  // ---- what a person does
  void start(std::int64_t users, double rate, std::vector<load::UserClass> classes = {{"A", 1, 0}, {"B", 1, 0}});
  void stop();
  void quit();

  // ---- time
  void pass(double seconds);
  Moment now() const { return {now_, kEpoch + base::to_seconds(now_.time_since_epoch())}; }
  double seconds() const { return base::to_seconds(now_.time_since_epoch()); }

  // ---- what came of it
  std::int64_t users_alive() const;
  std::int64_t performed(std::uint64_t run) const {  // by all workers, dead ones included
    const auto found = performed_.find(run);
    return found == performed_.end() ? 0 : found->second;
  }
  std::int64_t unreported_by_dead(std::uint64_t run) const;  // what they took with them
  std::vector<std::string> log;                              // lines of the machines, with the time
  std::vector<std::string> trace;                            // everything, when wanted
  bool keeps_trace = false;
  std::int64_t run_stopped = 0, quit_finished = 0, stop_wanted = 0, spawning_completed = 0;
  std::vector<std::string> broken;  // invariants that did not hold
  std::int64_t messages = 0, message_bytes = 0;
  std::map<std::string, std::int64_t> sent_by_type;

 private:
  static constexpr double kEpoch = 1'790'000'000;
  struct Event {
    base::Instant at;
    std::uint64_t order;
    std::function<void()> what;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };

  void at(base::Instant when, std::function<void()> what);
  void deliver(SimWorker& worker, std::string bytes, bool is_to_master);
  void arrive(SimWorker& worker, const std::string& bytes, bool is_to_master);
  void master_did(MasterActions actions);
  void worker_did(SimWorker& worker, WorkerActions actions);
  void do_worker_action(SimWorker& worker, WorkerAction& action);
  void do_master_action(MasterAction& action);
  void schedule_master();
  void schedule(SimWorker& worker);
  void count_requests(SimWorker& worker);
  void take_report(SimWorker& worker, std::uint64_t number);
  void apply(SimWorker& worker, const ApplyUsers& order);
  void check();
  void note(const std::string& what);
  double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  std::mt19937_64 random_;
  MasterSettings settings_;
  std::unique_ptr<Master> master_;
  int master_lives_ = 0;
  base::Instant master_frozen_until_;
  std::optional<base::Instant> master_tick_at_;
  std::map<std::string, std::string> store_;
  std::vector<std::unique_ptr<SimWorker>> workers_;
  std::map<std::string, SimWorker*> by_id_;
  std::map<std::uint64_t, std::int64_t> performed_;
  std::int64_t checked_ = 0;
  base::Instant receipts_checked_at_;
  void check_receipts();
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  std::uint64_t event_order_ = 0;
  base::Instant now_{base::from_seconds(1000)};
};

// Ready-made: joins, starts, random faults from the seed, healing, stop, quit; answers what did not hold.
struct Outcome {
  std::vector<std::string> broken;
  std::vector<std::string> trace;
};
Outcome run_story(std::uint64_t seed, bool keeps_trace = false);

}  // namespace acrida::cluster::simulation
