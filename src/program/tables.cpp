#include "program/tables.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include "program/log.h"
#include "program/native_files.h"
#include "report/console.h"
#include "report/json.h"
#include "report/narrow.h"
#include "report/row.h"

namespace acrida::program {

namespace {

// Below so many columns Locust's layout leaves too few for the names.
constexpr int kNarrowBelow = 110;

// The terminal's columns where they are too few; 0: the usual tables. CI is read by programs, also where it gives us a
// terminal.
int columns_if_narrow() {
  const char* const ci = std::getenv("CI");
  const int columns = terminal_columns();
  return columns > 0 && columns < kNarrowBelow && (!ci || !*ci) ? columns : 0;
}

report::Widths widths() {
  report::Widths wide;
  if (const int columns = terminal_columns(); columns > 0) wide.name = std::clamp(columns - 80, 0, 80);
  return wide;
}

void print(const report::Lines& lines) {
  for (const std::string& line : lines) write_table_line(line);
}

struct Rows {
  explicit Rows(stats::RequestStats& statistics)
      : rows(report::make_rows(statistics.current_epoch().entries(), statistics.total().period())),
        total(report::make_row(statistics.total(), statistics.total().period())) {}
  std::vector<report::Row> rows;
  report::Row total;
};

report::Lines stats_lines(const Rows& all, report::Rates rates) {
  if (const int columns = columns_if_narrow()) return report::narrow_stats_table(all.rows, all.total, rates, columns);
  return report::stats_table(all.rows, all.total, rates, widths());
}

report::Lines percentile_lines(const Rows& all) {
  if (const int columns = columns_if_narrow())
    return report::narrow_percentile_table(all.rows, all.total, kPercentiles, columns);
  return report::percentile_table(all.rows, all.total, kPercentiles, widths());
}

report::Lines error_lines(stats::RequestStats& statistics) {
  std::vector<report::ErrorRow> errors;
  for (const auto& error : statistics.errors().records())
    errors.push_back({error->occurrences.get(), shown_error(error->method, error->name, error->text)});
  if (errors.empty()) return {};
  report::Lines lines = report::error_table(errors, widths());
  // The blanks at their ends would make lines of their own.
  if (columns_if_narrow())
    for (std::string& line : lines) line.erase(line.find_last_not_of(' ') + 1);
  return lines;
}

void write_json_file(const std::filesystem::path& path, const std::string& json) {
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
  const auto fail = [&] { throw std::system_error(errno, std::generic_category(), "cannot write " + path.string()); };
  if (!file) fail();
  fmt::print(file.get(), "{}", json);
  if (std::fclose(file.release()) != 0) fail();  // a full disk shows here
}

}  // namespace

// What a scenario gave to failure() stands there without its wrapper.
std::string shown_error(std::string_view method, std::string_view name, const std::string& text) {
  constexpr std::string_view kWrapped = "CatchResponseError(";
  std::string_view shown = text;
  if (shown.starts_with(kWrapped)) shown = shown.substr(kWrapped.size() + 1, shown.size() - kWrapped.size() - 3);
  return fmt::format("{} {}: {}", method, name, shown);
}

int terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void print_table(stats::RequestStats& statistics) { print(stats_lines(Rows(statistics), report::Rates::Current)); }

void print_summary(stats::RequestStats& statistics, const Options& options) {
  if (options.prints_json) {
    fmt::print("{}\n", report::stats_json(statistics.current_epoch().entries()));
    if (std::fflush(stdout) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot write the statistics to stdout");
  }
  if (!options.json_file.empty())
    return write_json_file(options.json_file + ".json", report::stats_json(statistics.current_epoch().entries()));
  const Rows all(statistics);
  print(stats_lines(all, report::Rates::WholeRun));
  print(percentile_lines(all));
  print(error_lines(statistics));
}

}  // namespace acrida::program
