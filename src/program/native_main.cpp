#include "program/native_main.h"

#include <fmt/core.h>

#include <exception>
#include <string>

#include <acrida/scenario.h>
#include "app/control_thread.h"
#include "app/zmq_link.h"
#include "native/caught.h"
#include "native/outside_log.h"
#include "program/cast.h"
#include "program/log.h"
#include "program/native_run.h"
#include "program/option_values.h"
#include "program/options.h"
#include "program/signals.h"
#include "program/worker_processes.h"
#include "program/worker_run.h"
#include "web/http_server.h"

extern "C" void acrida_scenario(acrida::Scenario& scenario);

namespace acrida::program {

namespace {

int list(const Cast& cast) {
  fmt::print("Available Users:\n");
  for (const std::string& name : cast.available()) fmt::print("    {}\n", name);
  return 0;
}

void print_ratios(const Json& ratios, int level) {
  for (const auto& [name, entry] : ratios.items()) {
    const std::string indent(static_cast<std::size_t>(level) * 2, ' ');
    fmt::print(" {:<10s} {:<50s}\n", fmt::format("{}{:.1f}", indent, 100 * entry["ratio"].get<double>()),
               indent + name);
    if (entry.contains("tasks")) print_ratios(entry["tasks"], level + 1);
  }
}

int show_ratios(const Cast& cast, const Options& options) {
  const ClassCounts counts = cast.distribution(options.users);
  const Json per_class = cast.ratios(counts, false), total = cast.ratios(counts, true);
  if (options.shows_ratio_json) {
    fmt::print("{}\n", Json{{"per_class", per_class}, {"total", total}}.dump(4));
    return 0;
  }
  fmt::print("\n Task ratio per User class\n{:-<80}\n", "");
  print_ratios(per_class, 0);
  fmt::print("\n Total task ratio\n{:-<80}\n", "");
  print_ratios(total, 0);
  return 0;
}

int complain(int code, const std::string& text) {
  log(Level::Error, kMain, "{}", text);
  return code;
}

int act(Cast& cast, Options options, char** argv, Signals& signals) {
  const bool is_worker = options.is_worker;
  try {
    if (is_worker) return WorkerRun(cast, options, signals).main();
    return NativeRun(cast, std::move(options), argv, signals).main();
  } catch (const web::ListenError& error) {
    return complain(2, error.what());
  } catch (const app::LinkError& error) {
    if (is_worker) return complain(-1, fmt::format("Failed to connect to the Locust master: {}", error.what()));
    return complain(1, error.what());
  }
}

int run(int argc, char** argv) {
  const pid_t parent = end_with_parent();
  Options options;
  if (const auto code = parse_options(argc, argv, options)) return *code;
  become_child(options);
  Signals signals(parent);  // before any thread
  set_up_log(options.loglevel, options.logfile);
  native::set_outside_log([](const std::string& text) { log(Level::Info, "acrida.scenario", "{}", text); });
  Scenario scenario;
  if (const std::string complaint = native::caught([&] { acrida_scenario(scenario); }); !complaint.empty())
    return complain(1, fmt::format("The scenario could not be set up: {}", complaint));
  log(Level::Info, kMain, "Starting acrida {}", ACRIDA_VERSION);
  for (const std::string& remark : options.remarks) log(Level::Warning, kMain, "{}", remark);
  Cast cast(scenario, options);
  if (options.lists) return list(cast);
  if (!cast.complaint().empty()) return complain(1, cast.complaint());
  if (options.users.value_or(0) < 0)
    return complain(2, fmt::format("--users is {}: it must be 0 or more", *options.users));
  if (options.shows_ratio || options.shows_ratio_json) return show_ratios(cast, options);
  if (!options.web_base_path.empty() && options.web_base_path[0] != '/')
    return complain(1, fmt::format("Invalid format for --web-base-path argument ({}): the url path must start with a "
                                   "slash.",
                                   options.web_base_path));
  if (options.is_master && options.is_worker)
    return complain(-1, "The --master argument cannot be combined with --worker");
  settle_processes(options);
  if (options.is_worker && options.processes)
    return WorkerProcesses(argv, *options.processes, {}).wait_as_group(signals);
  const int code = act(cast, std::move(options), argv, signals);
  app::stop_control_thread();
  return code;
}

}  // namespace

int native_main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const UsageProblem& problem) {
    fmt::print(stderr, "{}\n", problem.what());
    return 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "acrida: {}\n", error.what());
    return 1;
  }
}

}  // namespace acrida::program
