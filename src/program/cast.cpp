#include "program/cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "native/tasks.h"
#include "program/log.h"

namespace acrida::program {

namespace {

std::vector<std::string> names_of(const std::vector<detail::TaskDefinition>& tasks) {
  std::vector<std::string> names;
  for (const auto& task : tasks) names.push_back(task.name);
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Cast::Cast(Scenario& scenario, const Options& options) : scenario_(scenario), host_(options.host) {
  has_tags_ = !options.tags.empty() || !options.exclude_tags.empty();
  filter(options.tags, options.exclude_tags);
  choose_first(options);
  if (options.equal_weights) equalize();
  note_tasks();
}

void Cast::filter(const std::vector<std::string>& tags, const std::vector<std::string>& exclude_tags) {
  const native::Tags include(tags.begin(), tags.end());
  const native::Tags exclude(exclude_tags.begin(), exclude_tags.end());
  for (const auto& user : scenario_.users()) native::filter(*user, include, exclude);
}

void Cast::note_tasks() {
  for (const auto& user : scenario_.users()) {
    wanted_[user->name] = {user->weight, user->fixed_count, user->host, names_of(user->tasks)};
    all_tasks_[user->name] = user->tasks;
  }
}

void Cast::choose_first(const Options& options) {
  std::set<std::string> unknown(options.user_classes.begin(), options.user_classes.end());
  for (const auto& user : scenario_.users()) {
    unknown.erase(user->name);
    const bool is_wanted = options.user_classes.empty() || contains(options.user_classes, user->name);
    if (!is_wanted || (user->weight <= 0 && user->fixed_count <= 0)) continue;
    if (user->tasks.empty())
      log(Level::Warning, "root", "{} had no tasks left after filtering, instantiating it will fail!", user->name);
    chosen_.push_back(user.get());
  }
  if (scenario_.users().empty())
    complaint_ = "No User class found!";
  else if (!unknown.empty())
    complaint_ = fmt::format("Unknown User(s): {}\n", fmt::join(unknown, ", "));
  else if (chosen_.empty())
    complaint_ = "There are no users with weight > 0.";
}

void Cast::equalize() {
  const auto equal = [](auto& self, detail::TaskSetDefinition& set) -> void {
    for (auto& task : set.tasks) {
      task.weight = 1;
      if (task.set) self(self, *task.set);
    }
    native::finish(set);
  };
  for (detail::UserDefinition* user : chosen_) {
    user->weight = 1;
    equal(equal, *user);
  }
}

detail::UserDefinition* Cast::find(const std::string& name) const {
  for (const auto& user : scenario_.users())
    if (user->name == name) return user.get();
  return nullptr;
}

std::vector<std::string> Cast::available() const {
  std::vector<std::string> names;
  for (const auto& user : scenario_.users()) names.push_back(user->name);
  return names;
}

std::vector<load::UserClass> Cast::load_classes() const {
  std::vector<load::UserClass> classes;
  for (const auto* user : chosen_) {
    const Wanted& wanted = wanted_.at(user->name);
    classes.push_back({user->name, wanted.weight, wanted.fixed_count});
  }
  return classes;
}

bool Cast::lacks_host() const {
  return host_.empty() && std::any_of(chosen_.begin(), chosen_.end(), [this](const auto* user) {
           return user->speaks_http && wanted_.at(user->name).host.empty();
         });
}

std::pair<std::string, bool> Cast::shown_host() const {
  if (!host_.empty()) return {host_, false};
  std::set<std::string> hosts;
  for (const auto* user : chosen_) hosts.insert(wanted_.at(user->name).host);
  if (hosts.size() > 1) return {"", true};
  return {hosts.empty() ? "" : *hosts.begin(), false};
}

Json Cast::shown_class(const std::string& name) const {
  const Wanted& wanted = wanted_.at(name);
  Json weight = wanted.weight;
  if (wanted.weight == std::floor(wanted.weight)) weight = static_cast<std::int64_t>(wanted.weight);
  // As Python shows them: each task as often as it weighs.
  Json tasks = Json::array();
  for (const auto& task : all_tasks_.at(name))
    if (contains(wanted.tasks, task.name))
      for (int i = 0; i < task.weight; ++i) tasks.push_back(task.name);
  return {{"host", wanted.host.empty() ? Json() : Json(wanted.host)},
          {"weight", std::move(weight)},
          {"fixed_count", wanted.fixed_count},
          {"tasks", std::move(tasks)}};
}

Json Cast::task_names() const {
  Json names = Json::object();
  for (const auto& [name, tasks] : all_tasks_) names[name] = names_of(tasks);
  return names;
}

// ---- ratios

namespace {

Json task_ratios(const detail::TaskSetDefinition& set, bool is_total, double parent) {
  double sum = 0;
  for (const auto& task : set.tasks) sum += task.weight;
  Json ratios = Json::object();
  for (const auto& task : set.tasks) {
    const double ratio = sum > 0 ? task.weight / sum * (is_total ? parent : 1) : 0;
    Json& entry = ratios[task.name] = {{"ratio", ratio}};
    if (task.set) entry["tasks"] = task_ratios(*task.set, is_total, ratio);
  }
  return ratios;
}

}  // namespace

Json Cast::ratios(const ClassCounts& counts, bool is_total) const {
  double all = 0;
  for (const auto& [name, count] : counts) all += static_cast<double>(count);
  Json ratios = Json::object();
  for (const auto* user : chosen_) {
    double share = 0;
    for (const auto& [name, count] : counts)
      if (name == user->name && all > 0) share = static_cast<double>(count) / all;
    ratios[user->name] = {{"ratio", share}, {"tasks", task_ratios(*user, is_total, share)}};
  }
  return ratios;
}

ClassCounts Cast::distribution(std::optional<std::int64_t> users) const {
  std::int64_t fixed = 0;
  double weights = 0;
  const auto classes = load_classes();
  for (const load::UserClass& each : classes) {
    fixed += each.fixed_count;
    if (each.fixed_count == 0) weights += each.weight;
  }
  const double all = users.value_or(0) > 0 ? static_cast<double>(*users) : fixed > 0 ? 1 : weights;
  const double shared = std::max(0.0, all - static_cast<double>(fixed));
  ClassCounts counts;
  for (const load::UserClass& each : classes)
    counts.emplace_back(each.name, each.fixed_count > 0
                                       ? each.fixed_count
                                       : std::lrint(shared * each.weight / (weights > 0 ? weights : 1)));
  return counts;
}

// ---- changes

bool Cast::choose(const std::vector<std::string>& names) {
  std::vector<detail::UserDefinition*> found;
  for (const auto& user : scenario_.users()) {
    const Wanted& wanted = wanted_.at(user->name);
    if (contains(names, user->name) && (wanted.weight > 0 || wanted.fixed_count > 0)) found.push_back(user.get());
  }
  if (found.empty()) return false;
  chosen_ = std::move(found);
  return true;
}

load::UserClass Cast::edit(const Json& settings) {
  const auto name = settings.find("user_class_name");
  if (name == settings.end() || !name->is_string()) throw std::invalid_argument("user_class_name must be a text");
  if (!wanted_.contains(name->get<std::string>()))
    throw std::invalid_argument("there is no user class " + name->get<std::string>());
  Wanted& current = wanted_.at(name->get<std::string>());
  Wanted wanted = current;
  try {
    // Checked as a double: what fits into no integer may not be turned into one.
    const auto number = [&](const char* key, double as_it_is) {
      const auto value = settings.find(key);
      if (value == settings.end()) return as_it_is;
      return value->is_number() ? value->get<double>() : std::numeric_limits<double>::quiet_NaN();
    };
    wanted.weight = number("weight", wanted.weight);
    const double fixed_count = number("fixed_count", static_cast<double>(wanted.fixed_count));
    const auto is_sound = [](double value) { return value >= 0 && value < static_cast<double>(kMostUsers); };
    if (!is_sound(wanted.weight) || !is_sound(fixed_count))
      throw std::invalid_argument("weight and fixed_count must be numbers from 0 to less than a billion");
    wanted.fixed_count = static_cast<std::int64_t>(fixed_count);
    if (const auto value = settings.find("host"); value != settings.end())
      wanted.host = value->is_null() ? "" : value->get<std::string>();
    if (const auto value = settings.find("tasks"); value != settings.end())
      wanted.tasks = value->get<std::vector<std::string>>();
  } catch (const Json::exception&) {
    throw std::invalid_argument("host must be a text, and tasks a list of names");
  }
  const std::vector<std::string> known = names_of(all_tasks_.at(name->get<std::string>()));
  for (const std::string& task : wanted.tasks)
    if (!contains(known, task)) throw std::invalid_argument(name->get<std::string>() + " has no task " + task);
  current = std::move(wanted);
  return load::UserClass{name->get<std::string>(), current.weight, current.fixed_count};
}

void Cast::filter_as_told(const Json& parsed_options) {
  if (has_tags_ || !parsed_options.is_object()) return;
  const auto tags = [&](const char* name) {
    std::vector<std::string> found;
    const auto list = parsed_options.find(name);
    if (list == parsed_options.end() || !list->is_array()) return found;
    for (const Json& tag : *list)
      if (tag.is_string()) found.push_back(tag.get<std::string>());
    return found;
  };
  filter(tags("tags"), tags("exclude_tags"));
  note_tasks();
}

void Cast::apply_changes() {
  for (const auto& [name, wanted] : wanted_) {
    detail::UserDefinition& user = *find(name);
    user.weight = wanted.weight;
    user.fixed_count = wanted.fixed_count;
    user.host = wanted.host;
    if (user.order == detail::Order::Markov || names_of(user.tasks) == wanted.tasks) continue;
    user.tasks.clear();
    for (const auto& task : all_tasks_.at(name))
      if (contains(wanted.tasks, task.name)) user.tasks.push_back(task);
    native::finish(user);
  }
}

}  // namespace acrida::program
