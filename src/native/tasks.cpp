#include "native/tasks.h"

#include <algorithm>
#include <stdexcept>

namespace acrida::native {

using detail::Order;
using detail::TaskDefinition;
using detail::TaskSetDefinition;

namespace {

void make_picks(TaskSetDefinition& set) {
  set.picks.clear();
  for (std::size_t i = 0; i < set.tasks.size(); ++i)
    for (int n = 0; n < set.tasks[i].weight; ++n) set.picks.push_back(i);
}

void check_chain(const TaskSetDefinition& set) {
  if (set.tasks.empty())
    throw std::invalid_argument("No Markov tasks defined in class " + set.name +
                                ". Use set.transition<&From, &To>(weight) to define some.");
  for (const TaskDefinition& task : set.tasks) {
    if (!task.call)
      throw std::invalid_argument("Transition to " + task.name + " in class " + set.name +
                                  " is invalid: it has no transition of its own, so the chain would end there.");
    int sum = 0;
    for (const auto& [to, weight] : task.successors) sum += weight;
    if (sum <= 0)
      throw std::invalid_argument("The transitions of " + task.name + " in class " + set.name +
                                  " have no weight above 0.");
  }
}

bool stays(TaskDefinition& task, const Tags& include, const Tags& exclude) {
  if (task.set) {
    // Tags of a set are those of each of its tasks.
    for (TaskDefinition& inner : task.set->tasks)
      inner.tags.insert(inner.tags.end(), task.tags.begin(), task.tags.end());
    if (task.set->order == Order::Markov) return true;
    filter(*task.set, include, exclude);
    return !task.set->tasks.empty();
  }
  const auto has_one_of = [&](const Tags& tags) {
    return std::any_of(task.tags.begin(), task.tags.end(), [&](const std::string& tag) { return tags.count(tag); });
  };
  return (include.empty() || has_one_of(include)) && !has_one_of(exclude);
}

}  // namespace

void finish(TaskSetDefinition& set, const std::string& path) {
  for (TaskDefinition& task : set.tasks) {
    task.full_name = (path.empty() ? set.name : path) + "." + task.name;
    if (task.set) finish(*task.set, task.full_name);
  }
  if (set.order == Order::Markov) check_chain(set);
  make_picks(set);
}

void filter(TaskSetDefinition& set, const Tags& include, const Tags& exclude) {
  if (include.empty() && exclude.empty()) return;
  std::erase_if(set.tasks, [&](TaskDefinition& task) { return !stays(task, include, exclude); });
  make_picks(set);
}

void weigh(TaskSetDefinition& set, const std::vector<std::pair<std::string, int>>& weights) {
  set.picks.clear();
  for (std::size_t i = 0; i < set.tasks.size(); ++i) {
    const auto found =
        std::find_if(weights.begin(), weights.end(), [&](const auto& each) { return each.first == set.tasks[i].name; });
    if (found != weights.end()) set.picks.insert(set.picks.end(), static_cast<std::size_t>(found->second), i);
  }
}

std::size_t pick(const std::vector<std::size_t>& picks, Random& random) {
  return picks.size() == 1 ? picks[0] : random.choice(picks);
}

std::size_t pick(const TaskSetDefinition& set, std::size_t& at, Random& random) {
  if (set.order == Order::Random) return pick(set.picks, random);
  if (set.order == Order::Sequential) {
    const std::size_t now = at < set.picks.size() ? at : 0;
    at = now + 1;
    return set.picks[now];
  }
  const std::size_t current = at;
  int sum = 0;
  for (const auto& [to, weight] : set.tasks[current].successors) sum += weight;
  auto left = static_cast<int>(random.below(static_cast<std::size_t>(sum)));
  for (const auto& [to, weight] : set.tasks[current].successors) {
    at = to;
    if ((left -= weight) < 0) break;
  }
  return current;
}

}  // namespace acrida::native
