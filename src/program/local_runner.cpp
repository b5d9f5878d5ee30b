#include "program/local_runner.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "program/crowd_settings.h"
#include "program/listeners.h"
#include "program/log.h"

namespace acrida::program {

using namespace std::chrono_literals;
using engine::Notice;

LocalRunner::LocalRunner(Cast& cast, Results& results, const Options& options)
    : cast_(cast), results_(results), options_(options), bell_(open_bell()) {}

bool LocalRunner::start(const Plan& plan, base::Instant now) {
  if (run_ && run_->state() == RunState::Cleanup) return false;
  if (!run_) {
    crowd_.emplace(cast_.chosen(), cast_.events(), crowd_settings(options_.threads, cast_.host(), bell_));
    run_.emplace(*crowd_, cast_.load_classes(), std::chrono::seconds(options_.stop_timeout_s));
    results_.begin_test();
    counters_ = {};
    next_watch_at_ = now;
  } else {
    crowd_->set_host(cast_.host());
  }
  log(Level::Info, kRunners, "Ramping to {} users at a rate of {:.2f} per second", plan.users, plan.spawn_rate);
  const bool is_possible = run_->start({plan.users, {plan.spawn_rate}, plan.classes}, now);
  if (!is_possible && run_->state() == RunState::Ready) {
    run_.reset();
    crowd_.reset();
    return false;
  }
  handle_notices();
  return is_possible;
}

void LocalRunner::class_edited(const load::UserClass& edited, const Json& settings) {
  if (!run_) return;
  run_->set_class(edited);
  crowd_->class_edited(edited.name, settings.contains("host"));
}

void LocalRunner::stop(base::Instant now) {
  if (!run_ || run_->state() == RunState::Cleanup) return;
  final_ = users_by_class();
  run_->stop(now);
  handle_notices();
}

std::optional<base::Instant> LocalRunner::next_at() const {
  if (!run_) return std::nullopt;
  const auto at = run_->next_at();
  return at ? std::min(*at, next_watch_at_) : next_watch_at_;
}

void LocalRunner::turn(base::Instant now) {
  silence(bell_);
  messages_.deliver(cast_);
  if (!run_) return;
  results_.take(crowd_->collect(results_.statistics()));
  run_->on_time(now);
  if (now >= next_watch_at_) {
    next_watch_at_ = now + 250ms;
    for (const std::string& sentence : crowd_->look_for_blockers()) log(Level::Warning, kRunners, "{}", sentence);
  }
  handle_notices();
}

void LocalRunner::collect_all() {
  if (crowd_) results_.take(crowd_->collect_all(results_.statistics()));
}

void LocalRunner::reset_statistics() {
  collect_all();
  results_.reset();
}

void LocalRunner::handle_notices() {
  for (const Notice& notice : run_->take_notices()) {
    switch (notice.what) {
      case Notice::What::TestStart:
        fire(results_, "test_start", cast_.events().test_start);
        break;
      case Notice::What::SpawningComplete:
        on_spawning_complete(notice.users);
        break;
      case Notice::What::TestStopping:
        break;
      case Notice::What::KillingTheRest:
        log(Level::Info, kRunners, "Not all users finished their tasks & terminated in {} seconds. Stopping them...",
            options_.stop_timeout_s);
        break;
      case Notice::What::TestStop:
        return end_test();
    }
  }
}

void LocalRunner::on_spawning_complete(std::int64_t users) {
  std::string counts;
  for (std::size_t i = 0; i < crowd_->classes().size(); ++i)
    counts += fmt::format("{}\"{}\": {}", i ? ", " : "", crowd_->classes()[i]->name, crowd_->staying(i));
  log(Level::Info, kRunners, "All users spawned: {{{}}} ({} total users)", counts, users);
  if (options_.resets_stats) {
    log(Level::Info, kRunners, "Resetting stats\n");
    reset_statistics();
  }
  fire(results_, "spawning_complete", cast_.events().spawning_complete, users);
}

// The threads end; what they have counted is taken over before.
void LocalRunner::end_test() {
  collect_all();
  counters_ = crowd_->counters();
  fire(results_, "test_stop", cast_.events().test_stop);
  run_.reset();
  crowd_.reset();
  last_state_ = RunState::Stopped;
}

ClassCounts LocalRunner::users_by_class() const {
  ClassCounts counts;
  for (const load::UserClass& each : cast_.load_classes()) counts.emplace_back(each.name, 0);
  if (!crowd_) return counts;
  counts.clear();
  for (std::size_t i = 0; i < crowd_->classes().size(); ++i)
    counts.emplace_back(crowd_->classes()[i]->name, crowd_->staying(i) + crowd_->leaving(i));
  return counts;
}

std::vector<std::string> LocalRunner::closing_lines() const {
  if (counters_.sent == 0) return {};
  return {fmt::format("Sent {} requests over {} connections ({} redirects followed, {} re-sent, {} aborted)",
                      counters_.sent, counters_.connects, counters_.redirects, counters_.resent, counters_.aborted)};
}

}  // namespace acrida::program
