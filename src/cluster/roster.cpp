#include "cluster/roster.h"

#include <algorithm>

namespace acrida::cluster {

WorkerNode& Roster::put(const std::string& id, base::Instant now) {
  WorkerNode node;
  node.id = id;
  node.index = index_of(id);
  node.heard_at = now;
  if (const auto said = versions_.find(id); said != versions_.end()) node.version = said->second;
  if (const WorkerNode* old = find(id)) users_ -= old->users;
  const auto at = nodes_.insert_or_assign(id, std::move(node)).first;
  by_id_[at->first] = &at->second;
  return at->second;
}

WorkerNode* Roster::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

const WorkerNode* Roster::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

bool Roster::remove(std::string_view id) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return false;
  users_ -= found->second.users;
  by_id_.erase(found->first);
  nodes_.erase(found);
  return true;
}

std::int64_t Roster::index_of(std::string_view id) {
  const auto [found, is_new] = indexes_.try_emplace(std::string(id), next_index_);
  next_index_ += is_new;
  return found->second;
}

void Roster::greeted(const std::string& id, std::string version) {
  versions_[id] = version;
  if (WorkerNode* node = find(id)) node->version = std::move(version);
}

void Roster::restore_index(const std::string& id, std::int64_t index) {
  indexes_[id] = index;
  next_index_ = std::max(next_index_, index + 1);
}

void Roster::set_counts(WorkerNode& node, ClassCounts counts) {
  users_ -= node.users;
  node.users = sum(counts);
  users_ += node.users;
  node.counts = std::move(counts);
}

bool Roster::has_active() const {
  return std::any_of(nodes_.begin(), nodes_.end(), [](const auto& each) { return each.second.is_active(); });
}

bool Roster::has_active_that_is_not_ready() const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [](const auto& each) { return each.second.is_active() && !each.second.is_ready(); });
}

ClassCounts Roster::classes() const {
  std::map<std::string, std::int64_t> sums;
  for (const auto& [id, node] : nodes_)
    for (const auto& [name, count] : node.counts) sums[name] += count;
  return {sums.begin(), sums.end()};
}

std::int64_t Roster::active_count() const {
  return std::count_if(nodes_.begin(), nodes_.end(), [](const auto& each) { return each.second.is_active(); });
}

std::int64_t Roster::ready_count() const {
  return std::count_if(nodes_.begin(), nodes_.end(), [](const auto& each) { return each.second.is_ready(); });
}

std::vector<std::string> Roster::active_ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, node] : nodes_)
    if (node.is_active()) ids.push_back(id);
  return ids;
}

}  // namespace acrida::cluster
