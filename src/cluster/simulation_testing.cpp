#include "cluster/simulation_testing.h"

#include <fmt/core.h>

#include <algorithm>

namespace acrida::cluster::simulation {
namespace {

template <class... T>
struct Overloaded : T... {
  using T::operator()...;
};
template <class... T>
Overloaded(T...) -> Overloaded<T...>;

std::shared_ptr<stats::Entry> make_entry(const char* method, const char* name, std::int64_t requests, double wall) {
  auto entry = std::make_shared<stats::Entry>(method, name, wall - 3, false);
  if (requests == 0) return entry;
  stats::PythonShard& shard = entry->fold();
  shard.num_requests.add(requests);
  shard.rounded.add(stats::RoundedBuckets::place_of_bucket(std::int64_t{12}), requests);
  shard.histogram.add_at(stats::Histogram::index_of(12'345), static_cast<std::uint64_t>(requests));
  shard.requests_per_second.add(static_cast<std::int64_t>(wall), requests);
  shard.total_ms.add({12.345 * static_cast<double>(requests), false});
  shard.min_ms.set({12.345, false});
  shard.max_ms.set({12.345, false});
  shard.has_min.set(true);
  shard.last_request_at.set(wall);
  shard.has_last.set(true);
  return entry;
}

}  // namespace

World::World(std::uint64_t seed, MasterSettings settings) : random_(seed), settings_(std::move(settings)) {
  start_master();
}

// ---- time

void World::at(base::Instant when, std::function<void()> what) {
  events_.push({std::max(when, now_), ++event_order_, std::move(what)});
}

void World::pass(double seconds) {
  const base::Instant until = now_ + base::from_seconds(seconds);
  while (!events_.empty() && events_.top().at <= until) {
    Event event = std::move(const_cast<Event&>(events_.top()));
    events_.pop();
    now_ = event.at;
    event.what();
    check();
  }
  now_ = until;
  for (auto& worker : workers_) count_requests(*worker);
}

void World::schedule_master() {
  if (!master_) return;
  const base::Instant when = std::max(master_->next_tick(), master_frozen_until_);
  if (master_tick_at_ && *master_tick_at_ <= when && *master_tick_at_ >= now_) return;
  master_tick_at_ = when;
  at(when, [this, life = master_lives_, when] {
    if (!master_ || life != master_lives_ || master_tick_at_ != when) return;
    master_tick_at_.reset();
    if (now_ < master_frozen_until_) return schedule_master();
    master_did(master_->on_tick(now()));
  });
}

void World::schedule(SimWorker& worker) {
  if (!worker.is_alive || worker.has_ended) return;
  const base::Instant when = std::max(worker.machine->next_tick(), worker.frozen_until);
  if (worker.tick_at && *worker.tick_at <= when && *worker.tick_at >= now_) return;
  worker.tick_at = when;
  at(when, [this, &worker, when] {
    if (!worker.is_alive || worker.has_ended || worker.tick_at != when) return;
    worker.tick_at.reset();
    if (now_ < worker.frozen_until) return schedule(worker);
    count_requests(worker);
    worker_did(worker, worker.machine->on_tick(now()));
  });
}

// ---- who is there

SimWorker& World::add_worker(WorkerSettings settings) {
  workers_.push_back(std::make_unique<SimWorker>());
  SimWorker& worker = *workers_.back();
  worker.id = settings.client_id.empty() ? fmt::format("box{}_{:04}", workers_.size() % 3, workers_.size())
                                         : settings.client_id;
  settings.client_id = worker.id;
  settings.incarnation = fmt::format("{:08x}", workers_.size());
  settings.address = "master:5557";
  worker.machine = std::make_unique<Worker>(settings, now());
  worker.counted_at = now_;
  by_id_[worker.id] = &worker;
  note("new worker " + worker.id);
  worker_did(worker, worker.machine->begin(now()));
  return worker;
}

void World::kill(SimWorker& worker) {
  note("kill " + worker.id);
  count_requests(worker);
  worker.is_alive = false;
}

void World::freeze(SimWorker& worker, base::Duration time) {
  note(fmt::format("freeze {} for {:.1f} s", worker.id, base::to_seconds(time)));
  count_requests(worker);
  worker.frozen_until = now_ + time;
  worker.counted_at = worker.frozen_until;
}

void World::freeze_master(base::Duration time) {
  note(fmt::format("freeze master for {:.1f} s", base::to_seconds(time)));
  master_frozen_until_ = now_ + time;
}

void World::kill_master() {
  note("kill master");
  master_.reset();
  master_tick_at_.reset();
}

void World::start_master() {
  MasterSettings settings = settings_;
  settings.incarnation = fmt::format("{:08x}", 0xacdc0000u + static_cast<unsigned>(++master_lives_));
  note("start master " + settings.incarnation);
  master_ = std::make_unique<Master>(settings, now());
  master_frozen_until_ = now_;
  master_tick_at_.reset();
  if (settings.keeps_results && !store_.empty())
    master_did(master_->resume({store_.begin(), store_.end()}, now()));
  else
    schedule_master();
}

// ---- a person

void World::start(std::int64_t users, double rate, std::vector<load::UserClass> classes) {
  note(fmt::format("start({}, {})", users, rate));
  StartOrder order;
  order.users = users;
  order.spawn_rate = rate;
  order.user_classes = std::move(classes);
  master_did(master_->start(std::move(order), now()));
}

void World::stop() {
  note("stop()");
  master_did(master_->stop(now()));
}

void World::quit() {
  note("quit()");
  master_did(master_->quit(now()));
}

// ---- links

void World::deliver(SimWorker& worker, std::string bytes, bool is_to_master) {
  ++messages;
  message_bytes += static_cast<std::int64_t>(bytes.size());
  const auto envelope = open_envelope(bytes);
  ++sent_by_type[std::string(envelope->type)];
  if (keeps_trace)
    note(fmt::format("{} {} {} ({} bytes)", worker.id, is_to_master ? "──▶" : "◀──", envelope->type, bytes.size()));
  if (worker.is_cut) return;
  int copies = 1;
  if (faults.drop > 0 && chance() < faults.drop) copies = 0;
  if (faults.duplicate > 0 && chance() < faults.duplicate) ++copies;
  for (; copies > 0; --copies) {
    base::Instant when = now_ + faults.delay;
    if (faults.jitter.count() > 0)
      when += base::Duration(static_cast<std::int64_t>(chance() * static_cast<double>(faults.jitter.count())));
    base::Instant& busy = is_to_master ? worker.link_busy_to : worker.link_busy_from;
    if (faults.keeps_order) when = busy = std::max(when, busy);
    at(when, [this, &worker, bytes, is_to_master] { arrive(worker, bytes, is_to_master); });
  }
}

void World::arrive(SimWorker& worker, const std::string& bytes, bool is_to_master) {
  if (worker.is_cut) return;
  const base::Instant frozen = is_to_master ? master_frozen_until_ : worker.frozen_until;
  if (now_ < frozen) return at(frozen, [this, &worker, bytes, is_to_master] { arrive(worker, bytes, is_to_master); });
  if (is_to_master) {
    if (master_) master_did(master_->on_message(worker.id, bytes, now()));
  } else if (worker.is_alive && !worker.has_ended) {
    count_requests(worker);
    worker_did(worker, worker.machine->on_message(bytes, now()));
  }
}

// ---- what machines ask for

void World::master_did(MasterActions actions) {
  for (MasterAction& action : actions) do_master_action(action);
  schedule_master();
}

void World::do_master_action(MasterAction& action) {
  std::visit(Overloaded{
                 [&](Send& send) {
                   if (const auto found = by_id_.find(send.peer); found != by_id_.end())
                     deliver(*found->second, std::move(send.bytes), false);
                 },
                 [&](Log& line) { note("master: " + line.text), log.push_back(line.text); },
                 [&](StateChanged& change) { note(fmt::format("master is {}", text(change.state))); },
                 [&](RunStopped&) { ++run_stopped; },
                 [&](QuitFinished&) { ++quit_finished; },
                 [&](StopWanted&) { ++stop_wanted; },
                 [&](SpawningCompleted&) { ++spawning_completed; },
                 [&](Persist& save) {
                   at(now_ + base::from_seconds(0.02 + 0.1 * chance()),
                      [this, save = std::move(save), life = master_lives_] {
                        if (!master_ || life != master_lives_) return;  // it died before the commit
                        if (save.replaces_everything) store_.clear();
                        for (const auto& [key, value] : save.rows) store_[key] = value;
                        std::erase_if(store_, [](const auto& row) { return row.second.empty(); });
                        std::erase_if(store_, [](const auto& row) { return row.second.empty(); });
                        master_did(master_->on_durable(save.ticket, now()));
                      });
                 },
                 [](auto&) {},
             },
             action);
}

void World::worker_did(SimWorker& worker, WorkerActions actions) {
  for (WorkerAction& action : actions) do_worker_action(worker, action);
  schedule(worker);
}

void World::do_worker_action(SimWorker& worker, WorkerAction& action) {
  std::visit(Overloaded{
                 [&](Send& send) { deliver(worker, std::move(send.bytes), true); },
                 [&](Log& line) { note(worker.id + ": " + line.text), log.push_back(worker.id + ": " + line.text); },
                 [&](ApplyUsers& order) {
                   // A new test clears the statistics at once; users come a little later.
                   if (order.is_new_test) {
                     count_requests(worker);
                     worker.users.clear();
                     worker.untaken = 0;
                     ++worker.tests_started;
                   }
                   // Locust's own dialect has no runs: the harness knows.
                   if (order.order.run > 0)
                     worker.run = order.order.run;
                   else if (order.is_new_test && master_)
                     worker.run = master_->run();
                   at(now_ + worker.apply_time, [this, &worker, order] { apply(worker, order); });
                 },
                 [&](StopUsers& stop) {
                   at(now_ + worker.stop_time, [this, &worker, number = stop.number] {
                     if (!worker.is_alive || worker.has_ended) return;
                     count_requests(worker);
                     worker.users.clear();
                     worker_did(worker, worker.machine->users_stopped(number, now()));
                   });
                 },
                 [&](QuitWanted& quit) {
                   at(now_ + worker.stop_time, [this, &worker, number = quit.number] {
                     if (!worker.is_alive || worker.has_ended) return;
                     count_requests(worker);
                     worker.users.clear();
                     worker_did(worker, worker.machine->users_stopped(number, now()));
                   });
                 },
                 [&](Farewell&) { note(worker.id + " has ended"), worker.has_ended = true, worker.exit_code = 0; },
                 [&](GiveUp& end) {
                   note(worker.id + " gives up");
                   worker.has_ended = true, worker.exit_code = end.exit_code;
                   worker.users.clear();
                 },
                 [&](TakeReport& take) {
                   at(now_ + base::from_seconds(0.005),
                      [this, &worker, number = take.number] { take_report(worker, number); });
                 },
                 [&](SwarmComplete&) { ++worker.completions; },
                 [](auto&) {},
             },
             action);
}

// ---- a worker's Python

void World::apply(SimWorker& worker, const ApplyUsers& order) {
  if (!worker.is_alive || worker.has_ended) return;
  if (now_ < worker.frozen_until) return at(worker.frozen_until, [this, &worker, order] { apply(worker, order); });
  count_requests(worker);
  const WorkerActions actions = worker.machine->batch_applied(order.number, order.order.counts, now());
  if (!actions.empty()) worker.users = order.order.counts;  // else another order took its place
  worker_did(worker, actions);
}

void World::count_requests(SimWorker& worker) {
  if (now_ <= worker.counted_at) return;
  const double seconds = base::to_seconds(now_ - worker.counted_at);
  worker.counted_at = now_;
  if (!worker.is_alive || worker.has_ended) return;
  worker.fraction += seconds * static_cast<double>(sum(worker.users));
  const auto whole = static_cast<std::int64_t>(worker.fraction);
  worker.fraction -= static_cast<double>(whole);
  worker.untaken += whole;
  worker.performed[worker.run] += whole;
  performed_[worker.run] += whole;
  worker.machine->set_users(worker.users);
  worker.machine->set_counted(worker.performed[worker.run]);
}

void World::take_report(SimWorker& worker, std::uint64_t number) {
  if (!worker.is_alive || worker.has_ended) return;
  if (now_ < worker.frozen_until)
    return at(worker.frozen_until, [this, &worker, number] { take_report(worker, number); });
  count_requests(worker);
  Taken taken;
  taken.run = worker.run;
  taken.user_classes = worker.users;
  if (worker.untaken > 0) taken.entries.push_back(make_entry("GET", "/", worker.untaken, now().wall));
  taken.total = make_entry("", "Aggregated", worker.untaken, now().wall);
  const std::uint64_t sequence = worker.machine->outbox().next_sequence();
  const std::int64_t requests = worker.untaken;
  WorkerActions actions = worker.machine->on_report(number, taken, now());
  if (!actions.empty()) {
    worker.untaken = 0;
    if (worker.machine->is_extended()) worker.frames[sequence] = {worker.run, requests};
  }
  worker_did(worker, std::move(actions));
}

// ---- what must hold after every step

std::int64_t World::users_alive() const {
  std::int64_t users = 0;
  for (const auto& worker : workers_)
    if (worker->is_alive && !worker->has_ended) users += sum(worker->users);
  return users;
}

std::int64_t World::unreported_by_dead(std::uint64_t run) const {
  std::int64_t requests = 0;
  for (const auto& worker : workers_) {
    if (worker->is_alive && !worker->has_ended) continue;
    if (worker->run == run) requests += worker->untaken;
    for (const Outbox::Frame& frame : worker->machine->outbox().frames())
      if (const auto found = worker->frames.find(frame.sequence);
          found != worker->frames.end() && found->second.first == run)
        requests += found->second.second;
  }
  return requests;
}

void World::check() {
  if (!master_ || master_->run() == 0) return;
  const std::int64_t counted = master_->stats().total().num_requests();
  if (counted == checked_) return;
  checked_ = counted;
  // Locust's own dialect does not say which test a report belongs to.
  std::int64_t all = 0;
  for (const auto& [run, requests] : performed_) all += requests;
  if (counted > (settings_.offers_extended ? performed(master_->run()) : all))
    broken.push_back(fmt::format("{:.3f}: counted {} of {} requests: something counts twice", seconds() - 1000, counted,
                                 performed(master_->run())));
  if (now_ - receipts_checked_at_ >= base::from_seconds(0.5)) check_receipts();
}

// Whatever a worker has a receipt for is in the totals.
void World::check_receipts() {
  receipts_checked_at_ = now_;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const SimWorker& worker = *workers_[i];
    const FrameLedger::Life* life = master_->ledger().find(fmt::format("{:08x}", i + 1));
    if (worker.frames.empty() || !life || life->run != master_->run()) continue;
    const auto& kept = worker.machine->outbox().frames();
    const std::uint64_t first_kept = kept.empty() ? worker.machine->outbox().next_sequence() : kept.front().sequence;
    if (life->received + 1 < first_kept)
      broken.push_back(fmt::format("{:.3f}: {} has a receipt for frame {} and the master has {}", seconds() - 1000,
                                   worker.id, first_kept - 1, life->received));
  }
}

void World::note(const std::string& what) {
  if (keeps_trace) trace.push_back(fmt::format("{:10.3f} {}", seconds() - 1000, what));
}

}  // namespace acrida::cluster::simulation
