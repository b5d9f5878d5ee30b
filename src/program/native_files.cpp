#include "program/native_files.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "program/log.h"
#include "report/console.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/row.h"

namespace acrida::program {

namespace {

report::Widths widths() {
  winsize size{};
  report::Widths wide;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    wide.name = std::max(std::min(size.ws_col - 80, 80), 0);
  return wide;
}

void print(const report::Lines& lines) {
  for (const std::string& line : lines) write_table_line(line);
}

std::vector<report::Row> rows_of(stats::RequestStats& statistics) {
  return report::make_rows(statistics.current_epoch().entries(), statistics.total().period());
}
report::Row total_of(stats::RequestStats& statistics) {
  return report::make_row(statistics.total(), statistics.total().period());
}

// What a scenario gave to failure() stands there without its wrapper.
std::string shown(const std::string& error) {
  constexpr std::string_view kWrapped = "CatchResponseError(";
  if (!error.starts_with(kWrapped)) return error;
  return error.substr(kWrapped.size() + 1, error.size() - kWrapped.size() - 3);
}

}  // namespace

void print_table(stats::RequestStats& statistics) {
  print(report::stats_table(rows_of(statistics), total_of(statistics), report::Rates::Current, widths()));
}

void print_summary(stats::RequestStats& statistics, const Options& options) {
  if (options.prints_json) fmt::print("{}\n", report::stats_json(statistics.current_epoch().entries()));
  if (!options.json_file.empty()) {
    const std::filesystem::path path = options.json_file + ".json";
    std::error_code ignored;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
    if (!file) throw std::system_error(errno, std::generic_category(), "cannot write " + path.string());
    fmt::print(file.get(), "{}", report::stats_json(statistics.current_epoch().entries()));
    return;
  }
  const report::Widths wide = widths();
  const auto rows = rows_of(statistics);
  const auto total = total_of(statistics);
  print(report::stats_table(rows, total, report::Rates::WholeRun, wide));
  print(report::percentile_table(rows, total, kPercentiles, wide));
  std::vector<report::ErrorRow> errors;
  for (const auto& error : statistics.errors().records())
    errors.push_back(
        {error->occurrences.get(), fmt::format("{} {}: {}", error->method, error->name, shown(error->text))});
  if (!errors.empty()) print(report::error_table(errors, wide));
}

CsvFiles::File CsvFiles::open(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"));
  if (!file) throw std::system_error(errno, std::generic_category(), "cannot write " + path);
  return file;
}

CsvFiles::CsvFiles(const std::string& prefix, bool has_full_history) : has_full_history_(has_full_history) {
  const std::filesystem::path parent = std::filesystem::path(prefix).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent);
  stats_ = open(prefix + "_stats.csv");
  history_ = open(prefix + "_stats_history.csv");
  failures_ = open(prefix + "_failures.csv");
  exceptions_ = open(prefix + "_exceptions.csv");
}

void CsvFiles::rewrite(std::FILE* file, const std::string& text) {
  std::rewind(file);
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
  if (ftruncate(fileno(file), static_cast<off_t>(text.size())) != 0) return;  // the rest is read as rows of before
}

void CsvFiles::write(Results& results, std::int64_t user_count, double now) {
  stats::RequestStats& statistics = results.statistics();
  std::vector<report::Row> rows = rows_of(statistics);
  rows.push_back(total_of(statistics));
  std::string text = report::csv_line(report::stats_csv_head(kPercentiles));
  for (const report::Row& row : rows) text += report::csv_line(report::stats_csv_row(row, kPercentiles));
  rewrite(stats_.get(), text);

  std::string history;
  if (!std::exchange(has_head_, true)) history = report::csv_line(report::history_csv_head(kPercentiles));
  for (std::size_t i = has_full_history_ ? 0 : rows.size() - 1; i < rows.size(); ++i)
    history +=
        report::csv_line(report::history_csv_row(rows[i], static_cast<std::int64_t>(now), user_count, kPercentiles));
  std::fwrite(history.data(), 1, history.size(), history_.get());
  std::fflush(history_.get());

  text = report::csv_line(report::failures_csv_head());
  for (const auto& error : statistics.errors().records()) text += report::csv_line(report::failures_csv_row(*error));
  rewrite(failures_.get(), text);

  text = report::csv_line(report::exceptions_csv_head());
  for (const auto& [key, error] : results.exceptions())
    text += report::csv_line(
        {std::to_string(error.count), error.message, error.traceback, fmt::format("{}", fmt::join(error.nodes, ", "))});
  rewrite(exceptions_.get(), text);
}

}  // namespace acrida::program
