#include "load/allotment.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace acrida::load {

Allotment::Allotment(std::vector<std::string> workers, std::vector<UserClass> classes)
    : workers_(std::move(workers)),
      classes_(std::move(classes)),
      selected_(classes_.size()),
      counts_(workers_.size(), std::vector<std::int64_t>(classes_.size())) {
  std::iota(selected_.begin(), selected_.end(), 0);
}

void Allotment::forget_picks() {
  weighted_.reset();
  missing_fixed_.clear();
}

Picks Allotment::make_picks() const {
  std::vector<Picks::Weighted> weighted;
  for (std::size_t i : selected_)
    if (classes_[i].fixed_count <= 0) weighted.push_back({i, classes_[i].name, classes_[i].weight});
  return Picks(weighted);
}

bool Allotment::add_user() {
  if (workers_.empty()) return false;
  const std::optional<std::size_t> user_class = pick();
  if (!user_class) return false;
  const std::size_t worker = next_worker_;
  next_worker_ = (next_worker_ + 1) % workers_.size();
  ++counts_[worker][*user_class];
  stack_.push_back({worker, *user_class});
  return true;
}

void Allotment::remove_user() {
  const Placed last = stack_.back();
  stack_.pop_back();
  --counts_[last.worker][last.user_class];
  look_for_missing_fixed_ = true;
}

std::optional<std::size_t> Allotment::pick() {
  if (missing_fixed_.empty() && look_for_missing_fixed_) list_missing_fixed();
  if (missing_fixed_.empty()) {
    if (!weighted_) weighted_ = make_picks();
    return weighted_->next();
  }
  const std::size_t user_class = missing_fixed_.back();
  missing_fixed_.pop_back();
  return user_class;
}

void Allotment::list_missing_fixed() {
  look_for_missing_fixed_ = false;
  std::vector<Picks::Weighted> missing;
  std::int64_t users = 0;
  for (std::size_t i : selected_) {
    const std::int64_t lacking = classes_[i].fixed_count > 0 ? classes_[i].fixed_count - total_of(i) : 0;
    if (lacking <= 0) continue;
    missing.push_back({i, classes_[i].name, static_cast<double>(lacking)});
    users += lacking;
  }
  Picks order(missing);
  for (; users > 0; --users) missing_fixed_.push_back(*order.next());
  std::reverse(missing_fixed_.begin(), missing_fixed_.end());
}

std::int64_t Allotment::total_of(std::size_t user_class) const {
  std::int64_t total = 0;
  for (const auto& of_worker : counts_) total += of_worker[user_class];
  return total;
}

void Allotment::set_class(std::size_t user_class, double weight, std::int64_t fixed_count) {
  classes_[user_class].weight = weight;
  classes_[user_class].fixed_count = fixed_count;
}

void Allotment::select(std::vector<std::size_t> classes) {
  selected_ = std::move(classes);
  forget_picks();
}

void Allotment::deal_to(std::vector<std::string> workers) {
  workers_ = std::move(workers);
  counts_.assign(workers_.size(), std::vector<std::int64_t>(classes_.size()));
  const std::size_t users = std::exchange(stack_, {}).size();
  forget_picks();
  look_for_missing_fixed_ = true;
  next_worker_ = 0;
  while (stack_.size() < users && add_user()) {
  }
}

}  // namespace acrida::load
