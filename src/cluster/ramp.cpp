#include "cluster/ramp.h"

#include <algorithm>

namespace acrida::cluster {

void Ramp::open(std::vector<std::string> workers, std::vector<load::UserClass> classes) {
  dispatcher_.emplace(std::move(workers), std::move(classes));
  changes_.clear();
  is_under_way_ = false;
  due_at_.reset();
}

void Ramp::close() {
  dispatcher_.reset();
  is_under_way_ = false;
  due_at_.reset();
}

bool Ramp::start(std::int64_t target, double rate, const std::optional<std::vector<std::string>>& classes) {
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

ClassCounts Ramp::counts_of(std::size_t worker) const {
  ClassCounts counts;
  const auto& classes = dispatcher_->classes();
  for (std::size_t c = 0; c < classes.size(); ++c)
    counts.emplace_back(classes[c].name, dispatcher_->counts()[worker][c]);
  return counts;
}

ClassCounts Ramp::totals() const {
  ClassCounts counts;
  if (!dispatcher_) return counts;
  const auto& classes = dispatcher_->classes();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    std::int64_t total = 0;
    for (const auto& of_worker : dispatcher_->counts()) total += of_worker[c];
    counts.emplace_back(classes[c].name, total);
  }
  return counts;
}

}  // namespace acrida::cluster
