#include "program/cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "native/tasks.h"
#include "program/log.h"

namespace acrida::program {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::int64_t times_picked(const detail::TaskSetDefinition& set, std::size_t task) {
  return std::count(set.picks.begin(), set.picks.end(), task);
}

}  // namespace

Cast::Cast(Scenario& scenario, const Options& options) : scenario_(scenario), host_(options.host) {
  has_tags_ = !options.tags.empty() || !options.exclude_tags.empty();
  filter(options.tags, options.exclude_tags);
  choose_first(options);
  if (options.equal_weights) equalize();
}

void Cast::filter(const std::vector<std::string>& tags, const std::vector<std::string>& exclude_tags) {
  const native::Tags include(tags.begin(), tags.end());
  const native::Tags exclude(exclude_tags.begin(), exclude_tags.end());
  for (const auto& user : scenario_.users()) native::filter(*user, include, exclude);
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
  for (const auto* user : chosen_) classes.push_back({user->name, user->weight, user->fixed_count});
  return classes;
}

bool Cast::lacks_host() const {
  return host_.empty() && std::any_of(chosen_.begin(), chosen_.end(),
                                      [](const auto* user) { return user->speaks_http && user->host.empty(); });
}

std::pair<std::string, bool> Cast::shown_host() const {
  if (!host_.empty()) return {host_, false};
  std::set<std::string> hosts;
  for (const auto* user : chosen_) hosts.insert(user->host);
  if (hosts.size() > 1) return {"", true};
  return {hosts.empty() ? "" : *hosts.begin(), false};
}

Json Cast::shown_class(const std::string& name) const {
  const detail::UserDefinition& user = *find(name);
  Json weight = user.weight;
  if (user.weight == std::floor(user.weight)) weight = static_cast<std::int64_t>(user.weight);
  // As Python shows them: each task as often as it weighs.
  Json tasks = Json::array();
  for (const std::size_t i : user.picks) tasks.push_back(user.tasks[i].name);
  return {{"host", user.host.empty() ? Json() : Json(user.host)},
          {"weight", std::move(weight)},
          {"fixed_count", user.fixed_count},
          {"tasks", std::move(tasks)}};
}

Json Cast::task_names() const {
  Json names = Json::object();
  for (const auto& user : scenario_.users()) {
    Json& tasks = names[user->name] = Json::array();
    for (const auto& task : user->tasks) tasks.push_back(task.name);
  }
  return names;
}

// ---- ratios

namespace {

Json task_ratios(const detail::TaskSetDefinition& set, bool is_total, double parent) {
  Json ratios = Json::object();
  for (std::size_t i = 0; i < set.tasks.size(); ++i) {
    const detail::TaskDefinition& task = set.tasks[i];
    const std::int64_t times = times_picked(set, i);
    if (times == 0) continue;
    const double share = static_cast<double>(times) / static_cast<double>(set.picks.size());
    const double ratio = share * (is_total ? parent : 1);
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
  for (const auto& user : scenario_.users())
    if (contains(names, user->name) && (user->weight > 0 || user->fixed_count > 0)) found.push_back(user.get());
  if (found.empty()) return false;
  chosen_ = std::move(found);
  return true;
}

namespace {

// From 0 to what a person can mean; what fits into no integer must not be turned into one, so it is checked as a
// double.
double number(const Json& settings, const char* key, double as_it_is) {
  const auto value = settings.find(key);
  if (value == settings.end()) return as_it_is;
  const double read = value->is_number() ? value->get<double>() : -1;
  if (!(read >= 0 && read < static_cast<double>(kMostUsers)))
    throw std::invalid_argument("weight and fixed_count must be numbers from 0 to less than a billion");
  return read;
}

std::string host(const Json& settings, const std::string& as_it_is) {
  const auto value = settings.find("host");
  if (value == settings.end()) return as_it_is;
  if (!value->is_null() && !value->is_string()) throw std::invalid_argument("host must be a text");
  return value->is_null() ? "" : value->get<std::string>();
}

// The tasks that are named, with their weights; nothing: leave them as they are.
std::optional<std::vector<std::pair<std::string, int>>> tasks(const Json& settings,
                                                              const detail::UserDefinition& user) {
  const auto value = settings.find("tasks");
  if (value == settings.end() || value->is_null()) return std::nullopt;
  std::vector<std::pair<std::string, int>> weights;
  for (const Json& name : *value) {
    if (!value->is_array() || !name.is_string()) throw std::invalid_argument("tasks must be a list of names");
    const auto task = std::find_if(user.tasks.begin(), user.tasks.end(),
                                   [&](const auto& each) { return each.name == name.get_ref<const std::string&>(); });
    if (task == user.tasks.end())
      throw std::invalid_argument(user.name + " has no task " + name.get_ref<const std::string&>());
    weights.emplace_back(task->name, task->weight);
  }
  return weights;
}

}  // namespace

load::UserClass Cast::edit(const Json& settings) {
  const auto name = settings.find("user_class_name");
  if (name == settings.end() || !name->is_string()) throw std::invalid_argument("user_class_name must be a text");
  detail::UserDefinition* const user = find(name->get<std::string>());
  if (!user) throw std::invalid_argument("there is no user class " + name->get<std::string>());
  // All is read before anything is changed.
  const double weight = number(settings, "weight", user->weight);
  const double fixed_count = number(settings, "fixed_count", static_cast<double>(user->fixed_count));
  std::string new_host = program::host(settings, user->host);
  const auto weights = tasks(settings, *user);
  user->weight = weight;
  user->fixed_count = static_cast<std::int64_t>(fixed_count);
  user->host = std::move(new_host);
  if (weights) native::weigh(*user, *weights);
  return {user->name, user->weight, user->fixed_count};
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
}

}  // namespace acrida::program
