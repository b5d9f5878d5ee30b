#include "program/native_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "program/log.h"
#include "report/csv.h"
#include "report/row.h"

namespace acrida::program {

namespace {

std::vector<report::Row> rows_of(stats::RequestStats& statistics) {
  return report::make_rows(statistics.current_epoch().entries(), statistics.total().period());
}
report::Row total_of(stats::RequestStats& statistics) {
  return report::make_row(statistics.total(), statistics.total().period());
}

}  // namespace

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

void CsvFiles::append(std::FILE* file, const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0) return;
  if (!std::exchange(has_failed_, true))
    log(Level::Error, kMain, "The CSV files could not be written: {}", std::strerror(errno));
}

void CsvFiles::rewrite(std::FILE* file, const std::string& text) {
  std::rewind(file);
  append(file, text);
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
  append(history_.get(), history);

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
