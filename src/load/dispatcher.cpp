#include "load/dispatcher.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "load/worker_order.h"

namespace acrida::load {

Dispatcher::Dispatcher(std::vector<std::string> worker_ids, std::vector<UserClass> classes)
    : workers_(in_dealing_order(std::move(worker_ids))), allotment_(workers_, std::move(classes)) {}

std::optional<std::size_t> Dispatcher::find_class(std::string_view name) const {
  const auto& all = allotment_.classes();
  const auto found = std::find_if(all.begin(), all.end(), [&](const UserClass& each) { return each.name == name; });
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

bool Dispatcher::start(std::int64_t target, Rate rate, const std::optional<std::vector<std::string>>& classes) {
  if (classes) {
    std::vector<std::size_t> wanted;
    for (const std::string& name : *classes) {
      const std::optional<std::size_t> index = find_class(name);
      if (!index) return false;
      wanted.push_back(*index);
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    if (wanted != allotment_.selected()) allotment_.select(std::move(wanted));
  }
  target_ = target;
  per_iteration_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(rate.per_second)));
  wait_ = static_cast<double>(per_iteration_) / rate.per_second;
  phase_ = Phase::Begin;
  has_emitted_ = wait_is_due_ = is_exhausted_ = false;
  return true;
}

Dispatcher::Step Dispatcher::emit(bool then_wait) {
  has_emitted_ = true;
  wait_is_due_ = then_wait;
  return {What::Emit};
}

Dispatcher::Step Dispatcher::next(double now_seconds) {
  if (std::exchange(has_emitted_, false) && rebalance_due_) {
    rebalance_due_ = false;
    return {What::Emit};  // and the wait that is due comes after it
  }
  if (std::exchange(wait_is_due_, false)) return {What::Wait, std::max(0.0, wait_ - (now_seconds - iteration_began_))};

  if (phase_ == Phase::Begin) {
    phase_ = Phase::Up;
    if (std::exchange(rebalance_due_, false)) return {What::Emit};
    if (user_count() == target_) {
      phase_ = Phase::Done;
      return {What::Emit};
    }
  }
  iteration_began_ = now_seconds;
  if (phase_ == Phase::Up && user_count() < target_ && !is_exhausted_) {
    add_batch();
    return emit(user_count() != target_);
  }
  if (phase_ == Phase::Up) phase_ = Phase::Down;
  if (phase_ == Phase::Down && user_count() > target_) {
    remove_batch();
    return emit(user_count() != target_);
  }
  phase_ = Phase::Done;
  return {What::End};
}

void Dispatcher::add_batch() {
  const std::int64_t wanted = std::min(per_iteration_, target_ - user_count());
  for (std::int64_t i = 0; i < wanted; ++i) {
    if (allotment_.add_user()) continue;
    is_exhausted_ = true;
    return;
  }
}

void Dispatcher::remove_batch() {
  const std::int64_t wanted = std::min(per_iteration_, user_count() - target_);
  for (std::int64_t i = 0; i < wanted; ++i) allotment_.remove_user();
}

bool Dispatcher::add_worker(const std::string& id) {
  if (std::find(workers_.begin(), workers_.end(), id) != workers_.end()) return false;
  workers_.push_back(id);
  workers_ = in_dealing_order(std::move(workers_));
  deal_anew();
  return true;
}

bool Dispatcher::remove_worker(const std::string& id) {
  if (std::erase(workers_, id) == 0) return false;
  if (!workers_.empty()) deal_anew();
  return true;
}

void Dispatcher::change_workers(const std::vector<std::string>& gone, const std::vector<std::string>& come) {
  const std::vector<std::string> before = workers_;
  const std::set<std::string> leaving(gone.begin(), gone.end());
  std::erase_if(workers_, [&](const std::string& id) { return leaving.contains(id); });
  const std::set<std::string> there(workers_.begin(), workers_.end());
  std::set<std::string> added;
  for (const std::string& id : come)
    if (!there.contains(id) && added.insert(id).second) workers_.push_back(id);
  if (!added.empty()) workers_ = in_dealing_order(std::move(workers_));
  if (workers_ != before && !workers_.empty()) deal_anew();
}

void Dispatcher::deal_anew() {
  allotment_.deal_to(workers_);
  rebalance_due_ = true;
}

bool Dispatcher::set_class(std::string_view name, double weight, std::int64_t fixed_count) {
  const std::optional<std::size_t> index = find_class(name);
  if (index) allotment_.set_class(*index, weight, fixed_count);
  return index.has_value();
}

}  // namespace acrida::load
