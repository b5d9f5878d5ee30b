#include "program/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace acrida::program {

namespace {

constexpr std::array kTable = {
    OptionRow{"-H,--host", "LOCUST_HOST", "<base url>", "Common options",
              "Base address of the system under test, e.g. https://www.example.com; overrides the host of every class"},
    OptionRow{"-u,--users", "LOCUST_USERS", "<int>", "Common options",
              "How many users to run at the peak. Used with --headless and --autostart (default there: 1). During a "
              "run the keys w, W add 1, 10 users and s, S take 1, 10 away"},
    OptionRow{"-r,--spawn-rate", "LOCUST_SPAWN_RATE", "<float>", "Common options",
              "How many users to start (or stop) per second. Used with --headless and --autostart (default there: 1)"},
    OptionRow{"-t,--run-time", "LOCUST_RUN_TIME", "<time string>", "Common options",
              "Stop after this time, e.g. 300s, 20m, 3h, 1h30m. Used with --headless and --autostart. Default: run on"},
    OptionRow{"-l,--list", nullptr, nullptr, "Common options", "Print the user classes and exit"},
    OptionRow{"--headless", "LOCUST_HEADLESS", nullptr, "Web UI options",
              "No web page: start the test at once, with -u, -r and -t"},
    OptionRow{"-T,--tags", "LOCUST_TAGS", "<tag>", "Tag options", "Run only tasks with at least one of these tags"},
    OptionRow{"-E,--exclude-tags", "LOCUST_EXCLUDE_TAGS", "<tag>", "Tag options",
              "Run no tasks with one of these tags"},
    OptionRow{"--csv", "LOCUST_CSV", "<prefix>", "Request statistics options",
              "Write the statistics to <prefix>_stats.csv, _stats_history.csv, _failures.csv and _exceptions.csv; "
              "missing directories are made"},
    OptionRow{"--csv-full-history", "LOCUST_CSV_FULL_HISTORY", nullptr, "Request statistics options",
              "With --csv: the history has a row per name, not only the sum"},
    OptionRow{"--only-summary", "LOCUST_ONLY_SUMMARY", nullptr, "Request statistics options",
              "Print the table of statistics only at the end"},
    OptionRow{"--reset-stats", "LOCUST_RESET_STATS", nullptr, "Request statistics options",
              "Zero the statistics when all users are spawned; in distributed runs set it on every node"},
    OptionRow{"--json", nullptr, nullptr, "Request statistics options", "Print the final statistics as JSON on stdout"},
    OptionRow{"--json-file", nullptr, "<filename>", "Request statistics options",
              "Write the final statistics to <filename>.json"},
    OptionRow{"-L,--loglevel", "LOCUST_LOGLEVEL", "<level>", "Logging options",
              "DEBUG, INFO, WARNING, ERROR or CRITICAL. Default: INFO"},
    OptionRow{"--exit-code-on-error", "LOCUST_EXIT_CODE_ON_ERROR", "<int>", "Other options",
              "Exit code when a request failed or a task raised. Default: 1"},
    OptionRow{"-s,--stop-timeout", "LOCUST_STOP_TIMEOUT", "<number>", "Other options",
              "Seconds (or a time string) that running tasks get to finish when the test stops. Default: none"},
    OptionRow{"--threads", "LOCUST_THREADS", "<int>", "Other options",
              "Spread users written in C++ over so many threads. Default: 1"},
};

const OptionRow& row(std::string_view flags) {
  return *std::find_if(kTable.begin(), kTable.end(), [&](const OptionRow& each) { return each.flags == flags; });
}

// Dresses an option as its row says.
CLI::Option* dress(CLI::Option* option, const OptionRow& as) {
  option->group(as.group);
  if (as.env) option->envname(as.env);
  if (as.metavar) option->type_name(as.metavar);
  return option;
}

template <class Value>
CLI::Option* add(CLI::App& app, const char* flags, Value& value) {
  const OptionRow& as = row(flags);
  return dress(as.metavar ? app.add_option(flags, value, as.help) : app.add_option(flags, value, as.help), as);
}

CLI::Option* add_flag(CLI::App& app, const char* flags, bool& value) {
  const OptionRow& as = row(flags);
  return dress(app.add_flag(flags, value, as.help), as);
}

void add_all(CLI::App& app, Options& options) {
  add(app, "-H,--host", options.host);
  add(app, "-u,--users", options.users);
  add(app, "-r,--spawn-rate", options.spawn_rate);
  add(app, "-t,--run-time", options.run_time_text);
  add_flag(app, "-l,--list", options.lists);
  add_flag(app, "--headless", options.is_headless);
  add(app, "-T,--tags", options.tags)->expected(0, -1);
  add(app, "-E,--exclude-tags", options.exclude_tags)->expected(0, -1);
  add(app, "--csv", options.csv_prefix);
  add_flag(app, "--csv-full-history", options.has_full_history);
  add_flag(app, "--only-summary", options.only_summary);
  add_flag(app, "--reset-stats", options.resets_stats);
  add_flag(app, "--json", options.prints_json);
  add(app, "--json-file", options.json_file);
  add(app, "-L,--loglevel", options.loglevel);
  add(app, "--exit-code-on-error", options.exit_code_on_error);
  add(app, "-s,--stop-timeout", options.stop_timeout_text);
  add(app, "--threads", options.threads);
  app.add_option(
         "user_classes", options.user_classes,
         "User classes to run, at the end of the command line (see --list); LOCUST_USER_CLASSES names them too. "
         "Default: all")
      ->type_name("<UserClass1 UserClass2>");
}

// What argparse would say of a value that cannot be meant; empty if all is well.
std::string complaint(Options& options) {
  if (options.spawn_rate && !std::isfinite(*options.spawn_rate))
    return "argument -r/--spawn-rate: must be a finite number";
  if (options.spawn_rate && *options.spawn_rate <= 0) return "argument -r/--spawn-rate: must be > 0";
  constexpr const char* kTimespan = "Invalid time span format. Valid formats: 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.";
  if (!options.run_time_text.empty()) {
    const auto seconds = parse_timespan(options.run_time_text);
    if (!seconds) return fmt::format("argument -t/--run-time: {}", kTimespan);
    options.run_time_s = *seconds;
  }
  if (!options.stop_timeout_text.empty()) {
    const auto seconds = parse_timespan(options.stop_timeout_text);
    if (!seconds) return fmt::format("argument -s/--stop-timeout: {}", kTimespan);
    options.stop_timeout_s = *seconds;
  }
  for (char& c : options.loglevel) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  constexpr std::array kLevels{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
  if (std::find(kLevels.begin(), kLevels.end(), options.loglevel) == kLevels.end())
    return fmt::format(
        "argument --loglevel/-L: invalid choice: '{}' (choose from 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')",
        options.loglevel);
  if (options.has_full_history && options.csv_prefix.empty()) return "'--csv-full-history' requires '--csv'.";
  if (options.threads < 1) return "argument --threads: must be 1 or more";
  return {};
}

}  // namespace

std::span<const OptionRow> option_table() { return kTable; }

std::optional<std::int64_t> parse_timespan(const std::string& text) {
  std::int64_t sum = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at == end) return std::nullopt;
  constexpr std::string_view kUnits = "hms";
  std::size_t next_unit = 0;
  while (at != end) {
    std::int64_t number = 0;
    const auto [after, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0 || *at == '-') return std::nullopt;
    if (after == end) return at == text.data() ? std::optional(number) : std::nullopt;
    const std::size_t unit = kUnits.find(*after, next_unit);
    if (unit == kUnits.npos) return std::nullopt;
    sum += number * (unit == 0 ? 3600 : unit == 1 ? 60 : 1);
    next_unit = unit + 1;
    at = after + 1;
  }
  return sum;
}

std::optional<int> parse_options(int argc, char** argv, Options& options) {
  std::string program = argc > 0 ? argv[0] : "acrida";
  program = program.substr(program.rfind('/') + 1);
  CLI::App app(fmt::format("Usage: {} [options] [UserClass ...]", program), program);
  app.set_help_flag("-h,--help", "Print this and exit");
  app.set_version_flag("-V,--version",
                       fmt::format("{} with acrida {} (compatible with Locust 2.47.0)", program, ACRIDA_VERSION),
                       "Print the version and exit");
  add_all(app, options);
  std::string wrong;
  try {
    app.parse(argc, argv);
    if (const char* classes = std::getenv("LOCUST_USER_CLASSES"); classes && options.user_classes.empty())
      options.user_classes = CLI::detail::split_up(classes);
    wrong = complaint(options);
  } catch (const CLI::Success& answer) {
    return app.exit(answer);
  } catch (const CLI::ParseError& error) {
    wrong = error.what();
  }
  if (wrong.empty()) return std::nullopt;
  fmt::print(stderr, "{}: error: {}\n", program, wrong);
  return 2;
}

}  // namespace acrida::program
