#pragma once

#include <string>
#include <vector>

#include "report/row.h"

// The tables in the terminal, line by line, in Locust's layout.
namespace acrida::report {

struct Widths {
  int name = 80;  // STATS_NAME_WIDTH
  int type = 8;   // STATS_TYPE_WIDTH
};
using Lines = std::vector<std::string>;

// Rates of the last seconds while a test runs, of the whole run at its end.
enum class Rates { Current, WholeRun };

std::string stats_row(const Row& row, Rates rates, const Widths& widths);
Lines stats_head(const Widths& widths);
std::string stats_rule(const Widths& widths);
Lines stats_table(const std::vector<Row>& rows, const Row& total, Rates rates, const Widths& widths);

std::string percentile_row(const Row& row, const std::vector<double>& percentiles, const Widths& widths);
Lines percentile_head(const std::vector<double>& percentiles, const Widths& widths);
std::string percentile_rule(const std::vector<double>& percentiles, const Widths& widths);
Lines percentile_table(const std::vector<Row>& rows, const Row& total, const std::vector<double>& percentiles,
                       const Widths& widths);

struct ErrorRow {
  std::int64_t occurrences = 0;
  std::string text;  // "GET /x: what happened"
};
Lines error_table(const std::vector<ErrorRow>& errors, const Widths& widths);

}  // namespace acrida::report
