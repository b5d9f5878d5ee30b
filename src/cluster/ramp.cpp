#include "cluster/ramp.h"

#include <algorithm>

namespace acrida::cluster {

void Ramp::open(std::vector<std::string> workers, std::vector<load::UserClass> classes) {
  close();
  dispatcher_.emplace(std::move(workers), std::move(classes));
  changes_.clear();
}

void Ramp::open_for_shares() {
  close();
  is_dealt_elsewhere_ = true;
  changes_.clear();
}

void Ramp::close() {
  dispatcher_.reset();
  is_dealt_elsewhere_ = false;
  dealt_to_.clear();
  dealt_.clear();
  is_under_way_ = false;
  due_at_.reset();
}

void Ramp::put_shares(Shares&& shares) {
  dealt_to_.clear();
  dealt_.clear();
  for (auto& [worker, counts] : shares) {
    dealt_to_.push_back(std::move(worker));
    dealt_.push_back(std::move(counts));
  }
}

bool Ramp::start(std::int64_t target, double rate, const std::optional<std::vector<std::string>>& classes) {
  if (is_dealt_elsewhere_) return is_under_way_ = true;
  if (!dispatcher_->start(target, {rate}, classes)) return false;
  is_under_way_ = true;
  due_at_ = base::Instant{};  // at once
  return true;
}

void Ramp::apply_changes() {
  if (changes_.empty()) return;
  std::vector<std::string> gone, come;
  for (const auto& [id, comes] : changes_) (comes ? come : gone).push_back(id);
  changes_.clear();
  dispatcher_->change_workers(gone, come);
}

Ramp::Step Ramp::next(base::Instant now) {
  using What = load::Dispatcher::What;
  while (is_under_way_ && due_at_ && *due_at_ <= now) {
    apply_changes();
    const load::Dispatcher::Step step = dispatcher_->next(base::to_seconds(now.time_since_epoch()));
    if (step.what == What::Emit) return Step::Map;
    if (step.what == What::End) {
      is_under_way_ = false;
      return Step::End;
    }
    // Rounded up, so that the next look is not a moment too early.
    due_at_ = now + base::from_seconds(step.wait_seconds) + base::Duration(1);
  }
  return Step::Nothing;
}

void Ramp::set_class(const load::UserClass& edited) {
  if (dispatcher_) dispatcher_->set_class(edited.name, edited.weight, edited.fixed_count);
}

std::int64_t Ramp::user_count() const {
  if (dispatcher_) return dispatcher_->user_count();
  std::int64_t users = 0;
  for (const ClassCounts& counts : dealt_)
    for (const auto& [name, count] : counts) users += count;
  return users;
}

ClassCounts Ramp::counts_of(std::size_t worker) const {
  if (is_dealt_elsewhere_) return dealt_[worker];
  ClassCounts counts;
  const auto& classes = dispatcher_->classes();
  for (std::size_t c = 0; c < classes.size(); ++c)
    counts.emplace_back(classes[c].name, dispatcher_->counts()[worker][c]);
  return counts;
}

ClassCounts Ramp::totals_dealt() const {
  std::map<std::string, std::int64_t> totals;
  for (const ClassCounts& counts : dealt_)
    for (const auto& [name, count] : counts) totals[name] += count;
  return {totals.begin(), totals.end()};
}

ClassCounts Ramp::totals() const {
  if (!dispatcher_) return totals_dealt();
  ClassCounts counts;
  const auto& classes = dispatcher_->classes();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    std::int64_t total = 0;
    for (const auto& of_worker : dispatcher_->counts()) total += of_worker[c];
    counts.emplace_back(classes[c].name, total);
  }
  return counts;
}

}  // namespace acrida::cluster
