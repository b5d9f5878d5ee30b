#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>

#include "native/tasks.h"
#include "program/log.h"
#include "program/native_run.h"

extern "C" void acrida_scenario(acrida::Scenario& scenario);

namespace acrida::program {

std::vector<const detail::UserDefinition*> choose_classes(Scenario& scenario, const Options& options,
                                                          std::string& complaint) {
  std::vector<const detail::UserDefinition*> chosen;
  std::set<std::string> unknown(options.user_classes.begin(), options.user_classes.end());
  const native::Tags include(options.tags.begin(), options.tags.end());
  const native::Tags exclude(options.exclude_tags.begin(), options.exclude_tags.end());
  for (const auto& user : scenario.users()) {
    unknown.erase(user->name);
    const bool is_wanted =
        options.user_classes.empty() ||
        std::find(options.user_classes.begin(), options.user_classes.end(), user->name) != options.user_classes.end();
    if (!is_wanted || (user->weight <= 0 && user->fixed_count <= 0)) continue;
    native::filter(*user, include, exclude);
    if (user->tasks.empty())
      log(Level::Warning, "root", "{} had no tasks left after filtering, instantiating it will fail!", user->name);
    chosen.push_back(user.get());
  }
  if (scenario.users().empty())
    complaint = "No User class found!";
  else if (!unknown.empty())
    complaint = fmt::format("Unknown User(s): {}\n", fmt::join(unknown, ", "));
  else if (chosen.empty())
    complaint = "There are no users with weight > 0.";
  return chosen;
}

namespace {

int list(const Scenario& scenario) {
  fmt::print("Available Users:\n");
  for (const auto& user : scenario.users()) fmt::print("    {}\n", user->name);
  return 0;
}

int run(int argc, char** argv) {
  Options options;
  if (const auto code = parse_options(argc, argv, options)) return *code;
  Scenario scenario;
  acrida_scenario(scenario);
  set_log_level(options.loglevel);
  log(Level::Info, "locust.main", "Starting acrida {}", ACRIDA_VERSION);
  if (options.lists) return list(scenario);
  std::string complaint;
  const auto classes = choose_classes(scenario, options, complaint);
  if (complaint.empty() && !options.is_headless)
    complaint = "A program of its own has no web page yet: give --headless, with -u, -r and -t.";
  if (!complaint.empty()) {
    log(Level::Error, "locust.main", "{}", complaint);
    return 1;
  }
  if (options.users && *options.users < 0) {
    log(Level::Error, "locust.main", "--users is {}: it must be 0 or more", *options.users);
    return 2;
  }
  return NativeRun(scenario, classes, options).main();
}

}  // namespace

int native_main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "acrida: {}\n", error.what());
    return 1;
  }
}

}  // namespace acrida::program
