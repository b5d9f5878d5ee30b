#include "report/console.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "report/text.h"

namespace acrida::report {
namespace {

std::size_t at_least_0(int width) { return static_cast<std::size_t>(std::max(width, 0)); }
std::string dashes(int width) { return std::string(at_least_0(width), '-'); }

std::string type_and_name(const std::string& type, const std::string& name, int type_width, int name_width) {
  return fmt::format("{} {}", pad_right(type, at_least_0(type_width)), pad_right(name, at_least_0(name_width)));
}

// Beside a type column wider than usual the name's is narrower. Python's "%-*s" takes a negative width for a positive
// one, and nobody would want rows that move when it ends.
int name_column(const Widths& widths) { return widths.name + 4 - widths.type; }

std::string whole(double ms) { return pad_left(truncated(ms), 7); }

}  // namespace

Lines stats_head(const Widths& widths) {
  return {fmt::format("{}  # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s",
                      type_and_name("Type", "Name", widths.type, std::abs(name_column(widths)))),
          stats_rule(widths)};
}

std::string stats_rule(const Widths& widths) {
  return fmt::format("{}|{}|-------|-------------|-------|-------|-------|-------|--------|-----------",
                     dashes(widths.type), dashes(name_column(widths)));
}

std::string stats_row(const Row& row, Rates rates, const Widths& widths) {
  const bool is_current = rates == Rates::Current;
  return fmt::format(
      "{} {:7} {:>12} |{} {} {}{} | {:7.2f} {:11.2f}",
      type_and_name(row.method.empty() ? "" : row.method + " ", row.name, widths.type, std::abs(name_column(widths))),
      row.num_requests, fmt::format("{}({:.2f}%)", row.num_failures, row.fail_ratio * 100), whole(row.average_ms),
      whole(row.min_ms.value), whole(row.max_ms.value), whole(row.median_ms.value),
      is_current ? row.current_rps : row.total_rps,
      is_current ? row.current_failures_per_second : row.total_failures_per_second);
}

Lines stats_table(const std::vector<Row>& rows, const Row& total, Rates rates, const Widths& widths) {
  Lines lines = stats_head(widths);
  for (const Row& row : rows) lines.push_back(stats_row(row, rates, widths));
  lines.push_back(stats_rule(widths));
  lines.push_back(stats_row(total, rates, widths));
  lines.emplace_back();
  return lines;
}

Lines percentile_head(const std::vector<double>& percentiles, const Widths& widths) {
  std::string head = type_and_name("Type", "Name", widths.type, widths.name);
  for (std::size_t i = 0; i < percentiles.size(); ++i)
    head += fmt::format(" {}", pad_left(percentile_label(percentiles[i]), i == 0 ? 8 : 6));
  head += " # reqs";
  return {"Response time percentiles (approximated)", head, percentile_rule(percentiles, widths)};
}

std::string percentile_rule(const std::vector<double>& percentiles, const Widths& widths) {
  std::string rule = fmt::format("{}|{}|{}", dashes(widths.type), dashes(widths.name), dashes(8));
  for (std::size_t i = 0; i < percentiles.size(); ++i) rule += "|------";
  return rule;
}

std::string percentile_row(const Row& row, const std::vector<double>& percentiles, const Widths& widths) {
  std::string line = type_and_name(row.method, row.name, widths.type, widths.name);
  for (std::size_t i = 0; i < percentiles.size(); ++i)
    line += fmt::format(" {}", pad_left(truncated(row.percentile(percentiles[i])), i == 0 ? 8 : 6));
  return fmt::format("{} {:6}", line, row.num_requests);
}

Lines percentile_table(const std::vector<Row>& rows, const Row& total, const std::vector<double>& percentiles,
                       const Widths& widths) {
  Lines lines = percentile_head(percentiles, widths);
  for (const Row& row : rows)
    if (!row.buckets.empty()) lines.push_back(percentile_row(row, percentiles, widths));
  lines.push_back(percentile_rule(percentiles, widths));
  if (!total.buckets.empty()) lines.push_back(percentile_row(total, percentiles, widths));
  lines.emplace_back();
  return lines;
}

Lines error_table(const std::vector<ErrorRow>& errors, const Widths& widths) {
  const std::string rule = fmt::format("{}|{}", dashes(18), dashes(61 + widths.name));
  Lines lines = {"Error report", fmt::format("{:<18} {:<100}", "# occurrences", "Error"), rule};
  for (const ErrorRow& error : errors)
    lines.push_back(fmt::format("{:<18} {}", error.occurrences, pad_right(error.text, 100)));
  lines.push_back(rule);
  lines.emplace_back();
  return lines;
}

}  // namespace acrida::report
