#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace acrida::program {

// What the command line of a native program says.
struct Options {
  std::string host;
  std::optional<std::int64_t> users;
  std::optional<double> spawn_rate;
  std::string run_time_text;
  std::int64_t run_time_s = 0;  // 0: no limit
  bool lists = false;
  bool is_headless = false;
  std::vector<std::string> tags, exclude_tags;
  std::string csv_prefix;
  bool has_full_history = false;
  bool only_summary = false;
  bool resets_stats = false;
  bool prints_json = false;
  std::string json_file;
  std::string loglevel = "INFO";
  int exit_code_on_error = 1;
  std::string stop_timeout_text;
  std::int64_t stop_timeout_s = 0;
  int threads = 1;
  std::vector<std::string> user_classes;
};

// One row per option, in the words of the Python program (a test compares them).
struct OptionRow {
  const char* flags;    // "-u,--users"
  const char* env;      // LOCUST_…; null: none
  const char* metavar;  // null: a flag
  const char* group;
  const char* help;
};
std::span<const OptionRow> option_table();

// Reads the command line and the environment. Prints and answers an exit code where the program shall end: --help,
// --version, or an option that cannot be meant (2, as argparse does).
std::optional<int> parse_options(int argc, char** argv, Options& options);

// Seconds of "20", "3m", "1h30m"; nothing if it is no time span.
std::optional<std::int64_t> parse_timespan(const std::string& text);

}  // namespace acrida::program
