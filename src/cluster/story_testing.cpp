// One random story of a swarm: everything that happens in it follows from its seed.
#include <fmt/core.h>

#include <algorithm>

#include "cluster/simulation_testing.h"

namespace acrida::cluster::simulation {
namespace {

class Story {
 public:
  Story(std::uint64_t seed, bool keeps_trace) : random_(seed * 7919 + 1), world_(seed, settings()) {
    world_.keeps_trace = keeps_trace;
  }

  Outcome tell() {
    choose_faults();
    for (int workers = 2 + below(5); workers > 0; --workers) join();
    world_.pass(2);
    start();
    const double end = world_.seconds() + 50;
    while (world_.seconds() < end) {
      something_happens();
      world_.pass(0.2 + 4 * chance());
    }
    heal();
    expect_running();
    stop_and_expect();
    quit_and_expect();
    return {world_.broken, std::move(world_.trace)};
  }

 private:
  MasterSettings settings() {
    MasterSettings settings;
    settings.keeps_results = chance() < 0.5;
    settings.enables_rebalancing = chance() < 0.5;
    settings.offers_extended = chance() < 0.8;
    if (settings.offers_extended && chance() < 0.3) settings.join_secret = "among us";
    is_extended_ = settings.offers_extended;
    secret_ = settings.join_secret;
    keeps_ = settings.keeps_results;
    return settings;
  }
  int below(int n) { return static_cast<int>(chance() * n); }
  double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  void choose_faults() {
    world_.faults.delay = base::from_seconds(0.0005 + 0.02 * chance());
    if (!is_extended_) return;  // Locust's own dialect trusts its link; it is only cut and frozen
    world_.faults.drop = chance() < 0.5 ? 0.1 * chance() : 0;
    world_.faults.duplicate = chance() < 0.5 ? 0.1 * chance() : 0;
    world_.faults.jitter = base::from_seconds(chance() < 0.5 ? 0.5 * chance() : 0);
    world_.faults.keeps_order = chance() < 0.5;
  }

  void join() {
    WorkerSettings settings;
    settings.join_secret = secret_;
    SimWorker& worker = world_.add_worker(settings);
    worker.apply_time = base::from_seconds(0.2 * chance());
    worker.stop_time = base::from_seconds(0.5 * chance());
  }

  void start() {
    users_ = 1 + below(60);
    rate_ = 0.5 + 40 * chance();
    if (world_.has_master()) world_.start(users_, rate_);
  }

  SimWorker* somebody() {
    std::vector<SimWorker*> alive;
    for (std::size_t i = 0; i < world_.size(); ++i)
      if (world_.worker(i).is_alive && !world_.worker(i).has_ended) alive.push_back(&world_.worker(i));
    return alive.empty() ? nullptr : alive[static_cast<std::size_t>(below(static_cast<int>(alive.size())))];
  }

  void something_happens() {
    SimWorker* one = somebody();
    if (!world_.has_master()) {
      if (chance() < 0.7) world_.start_master();
      return;
    }
    switch (below(11)) {
      case 0:
      case 1:
        return start();
      case 2:
        return join();
      case 3:
        if (one) world_.kill(*one);
        return;
      case 4:
      case 5:
        if (one) world_.cut(*one, !one->is_cut);
        return;
      case 6:
        if (one) world_.freeze(*one, base::from_seconds(10 * chance()));
        return;
      case 7:
        return world_.freeze_master(base::from_seconds(6 * chance()));
      case 8:
        if (chance() < 0.5) world_.kill_master();
        return;
      case 9:
        if (chance() < 0.5) world_.stop();
        return;
      default:
        return;
    }
  }

  void heal() {
    if (!world_.has_master()) world_.start_master();
    for (std::size_t i = 0; i < world_.size(); ++i) world_.cut(world_.worker(i), false);
    world_.faults.drop = world_.faults.duplicate = 0;
    world_.faults.jitter = base::Duration::zero();
    join();
    world_.pass(15);
    // Whatever became of the test, this one is with everybody who is there.
    world_.start(users_, rate_);
    world_.pass(std::max(100.0, static_cast<double>(users_) / rate_ + 30));  // a slow ramp takes its time
  }

  template <class... T>
  void expect(bool holds, fmt::format_string<T...> what, T&&... values) {
    if (!holds)
      world_.broken.push_back(
          fmt::format("{:.3f}: {}", world_.seconds() - 1000, fmt::format(what, std::forward<T>(values)...)));
  }

  // Every worker that lives and is known; one of the base dialect that a new master does not know is lost to it.
  void expect_running() {
    Master& master = world_.master();
    expect(master.state() == RunState::Running, "the master is {} in the end", text(master.state()));
    expect(world_.users_alive() >= users_, "{} users where {} are wanted", world_.users_alive(), users_);
    expect(master.user_count() == users_, "the master counts {} users where {} are wanted", master.user_count(),
           users_);
    std::int64_t known = 0;
    for (std::size_t i = 0; i < world_.size(); ++i) {
      const SimWorker& worker = world_.worker(i);
      const WorkerNode* node = master.roster().find(worker.id);
      if (!worker.is_alive || worker.has_ended) {
        expect(!node, "the master still knows {}, which is gone", worker.id);
        continue;
      }
      if (!node && !is_extended_) continue;
      expect(node != nullptr, "the master does not know {}", worker.id);
      if (!node) continue;
      expect(node->user_count() == sum(worker.users), "{} has {} users, the master believes {}", worker.id,
             sum(worker.users), node->user_count());
      expect(node->state == text(worker.machine->reported_state()), "{} is {}, the master believes {}", worker.id,
             text(worker.machine->reported_state()), node->state);
      known += sum(worker.users);
      if (is_extended_) expect(worker.machine->run() == master.run(), "{} is in another run", worker.id);
      if (is_extended_ && sum(worker.users) > 0)
        expect(worker.completions > 0, "{} was not told of the completion", worker.id);
    }
    expect(known == users_, "known workers have {} users where {} are wanted", known, users_);
  }

  void stop_and_expect() {
    world_.stop();
    world_.pass(20);
    expect(world_.master().state() == RunState::Stopped, "the master is {} after the stop",
           text(world_.master().state()));
    expect(world_.users_alive() == 0 || !is_extended_, "{} users are alive after the stop", world_.users_alive());
    if (!is_extended_) return;
    const std::uint64_t run = world_.master().run();
    const std::int64_t counted = world_.master().stats().total().num_requests();
    const std::int64_t expected = world_.performed(run) - world_.unreported_by_dead(run);
    expect(counted >= expected, "{} requests are counted of {} performed, {} of which dead workers took with them",
           counted, world_.performed(run), world_.unreported_by_dead(run));
    for (std::size_t i = 0; i < world_.size() && counted < expected; ++i) {
      SimWorker& worker = world_.worker(i);
      const FrameLedger::Life* life = world_.master().ledger().find(fmt::format("{:08x}", i + 1));
      const std::int64_t received = life && life->run == run ? life->requests : 0;
      if (worker.performed[run] != received)
        world_.broken.push_back(fmt::format("  {} performed {}, {} of it was received, {} is untaken", worker.id,
                                            worker.performed[run], received, worker.untaken));
    }
    // What is missing is named: as known, or as the pace of a worker in the second before it was lost.
    std::int64_t named = 0;
    for (const auto& [life, gap] : world_.master().ledger().gaps())
      named += gap.known_missing + static_cast<std::int64_t>(gap.unknown_seconds *
                                                             static_cast<double>(2 * gap.requests_per_second + users_));
    expect(world_.performed(run) - counted <= named, "{} requests are missing, {} are named",
           world_.performed(run) - counted, named);
  }

  void quit_and_expect() {
    world_.quit();
    world_.pass(20);
    expect(world_.quit_finished == 1, "quit has not finished");
    for (std::size_t i = 0; i < world_.size(); ++i)
      expect(
          !world_.worker(i).is_alive || world_.worker(i).has_ended || (!is_extended_ && world_.worker(i).exit_code < 0),
          "quit has not reached {}", world_.worker(i).id);
  }

  std::mt19937_64 random_;
  bool is_extended_ = true, keeps_ = false;
  std::string secret_;
  World world_;
  std::int64_t users_ = 0;
  double rate_ = 1;
};

}  // namespace

Outcome run_story(std::uint64_t seed, bool keeps_trace) { return Story(seed, keeps_trace).tell(); }

}  // namespace acrida::cluster::simulation
