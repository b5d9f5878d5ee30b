#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <acrida/scenario.h>
#include "load/allotment.h"
#include "program/options.h"

namespace acrida::program {

using Json = nlohmann::json;
using ClassCounts = std::vector<std::pair<std::string, std::int64_t>>;

// Who plays: the classes of users that there are, those that shall run, and what the command line or the page changed
// about them.
//
// Owner   native_main(), beside the scenario. Thread: the main one.
// Fails   complaint() says what of the command line cannot be done.
class Cast {
 public:
  Cast(Scenario& scenario, const Options& options);
  const std::string& complaint() const { return complaint_; }

  Events& events() const { return scenario_.events(); }
  LoadTestShape* find_shape() const { return scenario_.find_shape(); }

  // ---- what there is
  std::vector<std::string> available() const;
  std::vector<const detail::UserDefinition*> chosen() const { return {chosen_.begin(), chosen_.end()}; }
  std::vector<load::UserClass> load_classes() const;
  bool lacks_host() const;
  // The host that all classes have, or empty; and whether they have different ones.
  std::pair<std::string, bool> shown_host() const;
  const std::string& host() const { return host_; }
  // What the class picker shows: {host, weight, fixed_count, tasks}.
  Json shown_class(const std::string& name) const;
  Json task_names() const;  // {class: [task]}
  // {class: {ratio, tasks: {task: {ratio, …}}}} for users spawned as told; shares of the whole or of the parent.
  Json ratios(const ClassCounts& counts, bool is_total) const;
  // As many of each class as `users` would be; not given: as the weights are.
  ClassCounts distribution(std::optional<std::int64_t> users) const;

  // ---- changes; whoever has users of the class makes them take it over
  void set_host(std::string host) { host_ = std::move(host); }
  // Those of `names` that there are; false, and no change, if there are none.
  bool choose(const std::vector<std::string>& names);
  // {"user_class_name": …, "weight": …, "fixed_count": …, "host": …, "tasks": [names]}; the class as it is then.
  // std::invalid_argument says what is wrong: no such class or task, or a value that cannot be meant.
  load::UserClass edit(const Json& settings);
  // A worker takes over the tags of its master: {"tags": […], "exclude_tags": […]}, if it has none of its own.
  void filter_as_told(const Json& parsed_options);

 private:
  detail::UserDefinition* find(const std::string& name) const;
  void choose_first(const Options& options);
  void filter(const std::vector<std::string>& tags, const std::vector<std::string>& exclude_tags);
  void equalize();

  Scenario& scenario_;
  std::string complaint_, host_;
  bool has_tags_ = false;
  std::vector<detail::UserDefinition*> chosen_;
};

}  // namespace acrida::program
