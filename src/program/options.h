#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace acrida::program {

// What the command line of a native program says: the options that make sense for it.
struct Options {
  std::string host;
  std::optional<std::int64_t> users;
  std::optional<double> spawn_rate;
  std::int64_t run_time_s = 0;  // 0: no limit
  bool lists = false;
  bool is_headless = false, is_headful = false;
  std::string web_host, web_display_name;
  std::int64_t web_port = 8089;
  bool autostarts = false;
  std::int64_t autoquit_s = -1;  // below 0: the page stays
  std::string tls_certificate, tls_key, build_path, web_base_path;
  bool has_class_picker = false;
  bool is_master = false, is_worker = false;
  std::string master_bind_host;
  std::int64_t master_bind_port = 5557;
  std::int64_t expect_workers = 1, expect_workers_max_wait_s = 0;  // 0: for ever
  bool enables_rebalancing = false;
  std::string resume_file;
  std::string master_host;
  std::int64_t master_port = 5557;
  std::optional<std::int64_t> processes;  // of this program, as workers; -1: one per processor
  std::string join_secret;
  std::vector<std::string> tags, exclude_tags;
  std::string csv_prefix;
  bool has_full_history = false;
  bool prints_stats = false, only_summary = false;
  bool resets_stats = false;
  std::string html_file;
  bool prints_json = false;
  std::string json_file;
  std::string loglevel, logfile;
  std::int64_t exit_code_on_error = 1;
  std::int64_t stop_timeout_s = 0;
  std::int64_t threads = 1;
  bool equal_weights = false;
  bool shows_ratio = false, shows_ratio_json = false;
  std::string profile;
  std::vector<std::string> user_classes;
  std::string config_file;

  std::vector<std::string> remarks;  // on settings of files that are not for us: for the log, once it is there
};

// Reads the command line, then the environment, then ~/.locust.conf, locust.conf, pyproject.toml and --config, each for
// what those before do not say. Prints and answers an exit code where the program shall end: --help, --version, or an
// option that cannot be meant (2, as argparse does).
std::optional<int> parse_options(int argc, char** argv, Options& options);

// What is more is a typing error, and more than our clocks count.
inline constexpr std::int64_t kLongestSeconds = std::int64_t{10} * 366 * 24 * 3600;
inline constexpr std::int64_t kMostUsers = 1'000'000'000;

// Seconds of "20", "3m", "1h30m"; nothing if it is no time span, kLongestSeconds + 1 for all that is longer.
std::optional<std::int64_t> parse_timespan(const std::string& text);

}  // namespace acrida::program
