#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/row.h"

// The rows of the four CSV files, field by field, and how a row is written.
namespace acrida::report {

using Fields = std::vector<std::string>;

Fields stats_csv_head(const std::vector<double>& percentiles);
Fields stats_csv_row(const Row& row, const std::vector<double>& percentiles);

// One second of the history. `percentile_values` replaces the row's own percentiles (those of the last seconds).
Fields history_csv_head(const std::vector<double>& percentiles);
Fields history_csv_row(const Row& row, std::int64_t epoch_second, std::int64_t user_count,
                       const std::vector<double>& percentiles,
                       const std::optional<std::vector<double>>& percentile_values = std::nullopt);

Fields failures_csv_head();
Fields failures_csv_row(const stats::ErrorRecord& record);
Fields exceptions_csv_head();

// Comma separated, quoted only where needed, ended by CR LF.
std::string csv_line(const Fields& fields);

}  // namespace acrida::report
