#pragma once

#include "report/console.h"

// The tables in a terminal that is too narrow for Locust's columns beside the names: fewer columns, every line at most
// `columns` characters (not less than 60), names that are too long cut off with "…".
namespace acrida::report {

Lines narrow_stats_table(const std::vector<Row>& rows, const Row& total, Rates rates, int columns);
// As many of the percentiles as there is room for: the first of them and the last.
Lines narrow_percentile_table(const std::vector<Row>& rows, const Row& total, const std::vector<double>& percentiles,
                              int columns);

}  // namespace acrida::report
