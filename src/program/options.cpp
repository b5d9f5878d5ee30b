#include "program/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <sstream>

#include "program/option_values.h"

namespace acrida::program {

namespace {

constexpr std::int64_t kMostThreads = 1024;

// "-u/--users", as argparse names an option in what it complains about.
UsageProblem wrong(const OptionRow& row, std::string_view why) {
  std::string flags = row.flags;
  std::replace(flags.begin(), flags.end(), ' ', '/');
  return UsageProblem(fmt::format("argument {}: {}", flags, why));
}

// ---- from words to values; the kind of the row says what may be meant

template <class Number>
Number to_number(const OptionRow& row, const std::string& word, const char* type) {
  Number value{};
  const char* const end = word.data() + word.size();
  const auto [after, error] = std::from_chars(word.data() + word.starts_with('+'), end, value);
  if (error != std::errc() || after != end) throw wrong(row, fmt::format("invalid {} value: '{}'", type, word));
  return value;
}

void convert(const OptionRow& row, const Words& words, std::int64_t& value) {
  if (row.kind == "timespan") {
    const auto seconds = parse_timespan(words.back());
    if (!seconds) throw wrong(row, "Invalid time span format. Valid formats: 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.");
    if (*seconds > kLongestSeconds) throw wrong(row, "is too long: at most 10 years");
    value = *seconds;
    return;
  }
  value = to_number<std::int64_t>(row, words.back(), "int");
  if (value > kMostUsers) throw wrong(row, fmt::format("{} is too large: at most {}", value, kMostUsers));
  if (row.kind == "positive" && value < 1)
    throw wrong(row, fmt::format("Invalid --expect-workers argument ({}), must be a positive number", value));
  if (row.kind == "threads" && value < 1) throw wrong(row, "must be 1 or more");
  if (row.kind == "threads" && value > kMostThreads)
    throw wrong(row, fmt::format("{} is too large: at most {}", value, kMostThreads));
}

void convert(const OptionRow& row, const Words& words, double& value) {
  value = to_number<double>(row, words.back(), row.kind == "gt_zero" ? "gt_zero" : "float");
  if (row.kind == "gt_zero" && !std::isfinite(value)) throw wrong(row, "must be a finite number");
  if (row.kind == "gt_zero" && value <= 0) throw wrong(row, "must be > 0");
}

void convert(const OptionRow& row, const Words& words, std::string& value) {
  value = words.back();
  if (row.kind == "upper")
    for (char& c : value) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (!row.choices) return;
  std::istringstream choices(row.choices);
  std::string listed;
  for (std::string choice; choices >> choice; listed += (listed.empty() ? "'" : ", '") + choice + "'")
    if (choice == value) return;
  throw wrong(row, fmt::format("invalid choice: '{}' (choose from {})", value, listed));
}

void convert(const OptionRow&, const Words& words, bool& value) { value = !words.empty(); }
void convert(const OptionRow&, const Words& words, Words& value) { value = words; }

template <class Value>
void convert(const OptionRow& row, const Words& words, std::optional<Value>& value) {
  convert(row, words, value.emplace());
}

// ---- which options there are here, and where their values go

struct Binding {
  const OptionRow* row;
  std::function<void(Options&, const Words&)> take;
};

template <class Value>
Binding bind(const char* dest, Value Options::*member) {
  const OptionRow* const row = find_option(dest);
  if (!row) throw std::logic_error(fmt::format("_options.py has no {}", dest));
  return {row, [=](Options& options, const Words& words) { convert(*row, words, options.*member); }};
}

std::vector<Binding> bindings() {
  return {
      bind("host", &Options::host),
      bind("num_users", &Options::users),
      bind("spawn_rate", &Options::spawn_rate),
      bind("run_time", &Options::run_time_s),
      bind("list_commands", &Options::lists),
      bind("config", &Options::config_file),
      bind("headless", &Options::is_headless),
      bind("headful", &Options::is_headful),
      bind("web_host", &Options::web_host),
      bind("web_host_display_name", &Options::web_display_name),
      bind("web_port", &Options::web_port),
      bind("autostart", &Options::autostarts),
      bind("autoquit", &Options::autoquit_s),
      bind("tls_cert", &Options::tls_certificate),
      bind("tls_key", &Options::tls_key),
      bind("class_picker", &Options::has_class_picker),
      bind("build_path", &Options::build_path),
      bind("web_base_path", &Options::web_base_path),
      bind("master", &Options::is_master),
      bind("master_bind_host", &Options::master_bind_host),
      bind("master_bind_port", &Options::master_bind_port),
      bind("expect_workers", &Options::expect_workers),
      bind("expect_workers_max_wait", &Options::expect_workers_max_wait_s),
      bind("enable_rebalancing", &Options::enables_rebalancing),
      bind("resume", &Options::resume_file),
      bind("worker", &Options::is_worker),
      bind("processes", &Options::processes),
      bind("master_host", &Options::master_host),
      bind("master_port", &Options::master_port),
      bind("join_secret", &Options::join_secret),
      bind("tags", &Options::tags),
      bind("exclude_tags", &Options::exclude_tags),
      bind("csv_prefix", &Options::csv_prefix),
      bind("stats_history_enabled", &Options::has_full_history),
      bind("print_stats", &Options::prints_stats),
      bind("only_summary", &Options::only_summary),
      bind("reset_stats", &Options::resets_stats),
      bind("html_file", &Options::html_file),
      bind("json", &Options::prints_json),
      bind("json_file", &Options::json_file),
      bind("loglevel", &Options::loglevel),
      bind("logfile", &Options::logfile),
      bind("exit_code_on_error", &Options::exit_code_on_error),
      bind("stop_timeout", &Options::stop_timeout_s),
      bind("threads", &Options::threads),
      bind("equal_weights", &Options::equal_weights),
      bind("show_task_ratio", &Options::shows_ratio),
      bind("show_task_ratio_json", &Options::shows_ratio_json),
      bind("profile", &Options::profile),
      bind("user_classes", &Options::user_classes),
  };
}

std::vector<const OptionRow*> rows_of(const std::vector<Binding>& bound) {
  std::vector<const OptionRow*> rows;
  for (const Binding& each : bound) rows.push_back(each.row);
  return rows;
}

// ---- the command line

// "-u,--users", as CLI11 wants it.
CLI::Option* add(CLI::App& app, const OptionRow& row) {
  std::string flags = row.flags;
  std::replace(flags.begin(), flags.end(), ' ', ',');
  CLI::Option* const option = row.kind == "flag" ? app.add_flag(flags, row.help) : app.add_option(flags)->expected(1);
  option->description(row.help)->group(row.is_hidden ? "" : row.group);
  if (row.takes_several)
    option->expected(0, -1)->allow_extra_args();
  else
    option->take_last();
  if (row.metavar) option->type_name(row.metavar);
  return option;
}

// Words of the command line that mean something to the Python program only.
void refuse_foreign(int argc, char** argv, const std::vector<const OptionRow*>& known) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const OptionRow* const row = word.starts_with("--") ? find_option_of_flag(word.substr(0, word.find('='))) : nullptr;
    if (row && std::find(known.begin(), known.end(), row) == known.end()) throw UsageProblem(not_for_us(*row));
  }
}

Given read_words(int argc, char** argv, CLI::App& app, const std::vector<const OptionRow*>& known) {
  refuse_foreign(argc, argv, known);
  std::vector<std::pair<const OptionRow*, CLI::Option*>> options;
  for (const OptionRow* row : known) options.emplace_back(row, add(app, *row));
  app.parse(argc, argv);
  Given given;
  for (const auto& [row, option] : options) {
    if (option->count() == 0) continue;
    Words words = option->results();
    if (row->takes_several && words.size() == 1 && (words[0].empty() || words[0] == "{}")) words.clear();  // "--tags"
    given[row] = std::move(words);
  }
  return given;
}

void read_values(Given& given, const std::vector<Binding>& bound, Options& options) {
  const std::vector<const OptionRow*> known = rows_of(bound);
  options.remarks = add_environment(known, given);
  const auto config = given.find(find_option("config"));
  const Words of_files = add_files(known, config == given.end() ? "" : config->second.back(), given);
  options.remarks.insert(options.remarks.end(), of_files.begin(), of_files.end());
  for (const auto& [row, take] : bound) {
    if (const auto found = given.find(row); found != given.end())
      take(options, found->second);
    else if (row->fallback)
      take(options, {row->fallback});
  }
  if (const char* classes = std::getenv("LOCUST_USER_CLASSES"); classes && options.user_classes.empty())
    options.user_classes = CLI::detail::split_up(classes);
  if (options.has_full_history && options.csv_prefix.empty())
    throw UsageProblem("'--csv-full-history' requires '--csv'.");
  if (options.is_headful) options.is_headless = false;
  if (options.autoquit_s != -1 && !options.autostarts)
    throw UsageProblem("--autoquit is only meaningful in combination with --autostart");
}

}  // namespace

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
    if (error == std::errc::result_out_of_range && *at != '-')
      number = kLongestSeconds + 1;
    else if (error != std::errc() || number < 0 || *at == '-')
      return std::nullopt;
    number = std::min(number, kLongestSeconds + 1);
    if (after == end) return at == text.data() ? std::optional(number) : std::nullopt;
    const std::size_t unit = kUnits.find(*after, next_unit);
    if (unit == kUnits.npos) return std::nullopt;
    sum = std::min(sum + number * (unit == 0 ? 3600 : unit == 1 ? 60 : 1), kLongestSeconds + 1);
    next_unit = unit + 1;
    at = after + 1;
  }
  return sum;
}

std::optional<int> parse_options(int argc, char** argv, Options& options) {
  std::string program = argc > 0 ? argv[0] : "acrida";
  program = program.substr(program.rfind('/') + 1);
  CLI::App app("A load test with the scenario that this program is made of.", program);
  app.set_help_flag("-h,--help", "Print this and exit");
  app.set_version_flag("-V,--version",
                       fmt::format("{} with acrida {} (compatible with Locust 2.47.0)", program, ACRIDA_VERSION),
                       "Print the version and exit");
  try {
    const std::vector<Binding> bound = bindings();
    Given given = read_words(argc, argv, app, rows_of(bound));
    read_values(given, bound, options);
    return std::nullopt;
  } catch (const CLI::Success& answer) {
    return app.exit(answer);
  } catch (const CLI::ExtrasError& error) {
    const std::string_view text = error.what();
    fmt::print(stderr, "{}: error: unrecognized arguments{}\n", program,
               text.substr(std::min(text.rfind(": "), text.size())));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view text = error.what();
    const OptionRow* const row = find_option_of_flag(text.substr(0, text.find(':')));
    const std::string why = row ? wrong(*row, "expected one argument").what() : error.what();
    fmt::print(stderr, "{}: error: {}\n", program, why);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}: error: {}\n", program, error.what());
  } catch (const UsageProblem& problem) {
    fmt::print(stderr, "{}: error: {}\n", program, problem.what());
  }
  return 2;
}

}  // namespace acrida::program
