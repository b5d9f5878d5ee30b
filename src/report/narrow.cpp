#include "report/narrow.h"

#include <fmt/core.h>

#include <algorithm>

#include "report/text.h"

namespace acrida::report {
namespace {

constexpr std::size_t kFewestColumns = 60;
constexpr std::size_t kFigures = 52;  // what the figures of the statistics table take
constexpr std::size_t kLeastName = 24, kPercentile = 7, kRequests = 9;

std::size_t usable(int columns) { return std::max(static_cast<std::size_t>(std::max(columns, 0)), kFewestColumns); }

// In exactly `width` characters.
std::string fitted(const std::string& text, std::size_t width) {
  if (characters(text) <= width) return pad_right(text, width);
  std::string cut;
  std::size_t taken = 0;
  for (const char byte : text) {
    const bool is_start = (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    if (is_start && ++taken == width) break;
    cut += byte;
  }
  return cut + "…";
}

std::string label(const Row& row) { return row.method.empty() ? row.name : row.method + " " + row.name; }

std::string stats_line(const Row& row, Rates rates, std::size_t width) {
  const std::string failures = fmt::format("{}({:.1f}%)", row.num_failures, row.fail_ratio * 100);
  return fmt::format("{} {:8} {:>11} |{:>6} {:>5} {:>6} |{:8.1f}", fitted(label(row), width - kFigures),
                     row.num_requests, failures, truncated(row.average_ms), truncated(row.median_ms.value),
                     truncated(row.max_ms.value), rates == Rates::Current ? row.current_rps : row.total_rps);
}

std::vector<double> that_fit(std::vector<double> percentiles, std::size_t room) {
  const std::size_t most = std::max<std::size_t>(1, room / kPercentile);
  if (percentiles.size() > most)
    percentiles.erase(percentiles.begin() + 1, percentiles.end() - static_cast<std::ptrdiff_t>(most - 1));
  return percentiles;
}

std::string percentile_line(const Row& row, const std::vector<double>& percentiles, std::size_t name) {
  std::string line = fitted(label(row), name);
  for (const double each : percentiles) line += fmt::format("{:>{}}", truncated(row.percentile(each)), kPercentile);
  return fmt::format("{}{:{}}", line, row.num_requests, kRequests);
}

}  // namespace

Lines narrow_stats_table(const std::vector<Row>& rows, const Row& total, Rates rates, int columns) {
  const std::size_t width = usable(columns);
  const std::string rule(width, '-');
  Lines lines = {fmt::format("{} {:>8} {:>11} |{:>6} {:>5} {:>6} |{:>8}", fitted("Type Name", width - kFigures),
                             "# reqs", "# fails", "Avg", "Med", "Max", "req/s"),
                 rule};
  for (const Row& row : rows) lines.push_back(stats_line(row, rates, width));
  lines.push_back(rule);
  lines.push_back(stats_line(total, rates, width));
  return lines;
}

Lines narrow_percentile_table(const std::vector<Row>& rows, const Row& total, const std::vector<double>& percentiles,
                              int columns) {
  const std::size_t width = usable(columns);
  const std::vector<double> shown = that_fit(percentiles, width - kLeastName - kRequests);
  const std::size_t name = width - kRequests - shown.size() * kPercentile;
  std::string head = fitted("Type Name", name);
  for (const double each : shown) head += fmt::format("{:>{}}", percentile_label(each), kPercentile);
  const std::string rule(width, '-');
  Lines lines = {"Response time percentiles (approximated)", fmt::format("{}{:>{}}", head, "# reqs", kRequests), rule};
  for (const Row& row : rows)
    if (!row.buckets.empty()) lines.push_back(percentile_line(row, shown, name));
  lines.push_back(rule);
  if (!total.buckets.empty()) lines.push_back(percentile_line(total, shown, name));
  return lines;
}

}  // namespace acrida::report
