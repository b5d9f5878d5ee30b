#include "report/csv.h"

#include <fmt/core.h>

#include <utility>

#include "report/text.h"

namespace acrida::report {
namespace {

void append_labels(Fields& fields, const std::vector<double>& percentiles) {
  for (double p : percentiles) fields.push_back(percentile_label(p));
}

void append_percentiles(Fields& fields, const Row& row, const std::vector<double>& percentiles) {
  for (double p : percentiles) fields.push_back(row.num_requests == 0 ? "N/A" : truncated(row.percentile(p)));
}

void append_times(Fields& fields, const Row& row) {
  for (std::string text : {number_text(row.median_ms), float_text(row.average_ms), number_text(row.min_ms),
                           number_text(row.max_ms), number_text(row.average_length)})
    fields.push_back(std::move(text));
}

std::string moment(double epoch_seconds) { return epoch_seconds == 0 ? "" : utc_text(epoch_seconds); }

}  // namespace

Fields stats_csv_head(const std::vector<double>& percentiles) {
  Fields fields = {"Type",
                   "Name",
                   "Request Count",
                   "Failure Count",
                   "Median Response Time",
                   "Average Response Time",
                   "Min Response Time",
                   "Max Response Time",
                   "Average Content Size",
                   "Requests/s",
                   "Failures/s"};
  append_labels(fields, percentiles);
  return fields;
}

Fields stats_csv_row(const Row& row, const std::vector<double>& percentiles) {
  Fields fields = {row.method, row.name, std::to_string(row.num_requests), std::to_string(row.num_failures)};
  append_times(fields, row);
  fields.push_back(float_text(row.total_rps));
  fields.push_back(float_text(row.total_failures_per_second));
  append_percentiles(fields, row, percentiles);
  return fields;
}

Fields history_csv_head(const std::vector<double>& percentiles) {
  Fields fields = {"Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"};
  append_labels(fields, percentiles);
  for (const char* title :
       {"Total Request Count", "Total Failure Count", "Total Median Response Time", "Total Average Response Time",
        "Total Min Response Time", "Total Max Response Time", "Total Average Content Size"})
    fields.emplace_back(title);
  return fields;
}

Fields history_csv_row(const Row& row, std::int64_t epoch_second, std::int64_t user_count,
                       const std::vector<double>& percentiles,
                       const std::optional<std::vector<double>>& percentile_values) {
  Fields fields = {std::to_string(epoch_second),
                   std::to_string(user_count),
                   row.method,
                   row.name,
                   fmt::format("{:.6f}", row.current_rps),
                   fmt::format("{:.6f}", row.current_failures_per_second)};
  if (percentile_values && row.num_requests > 0)
    for (double value : *percentile_values) fields.push_back(truncated(value));
  else
    append_percentiles(fields, row, percentiles);
  fields.push_back(std::to_string(row.num_requests));
  fields.push_back(std::to_string(row.num_failures));
  append_times(fields, row);
  return fields;
}

Fields failures_csv_head() { return {"Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"}; }

Fields failures_csv_row(const stats::ErrorRecord& record) {
  return {record.method,
          record.name,
          record.text,
          std::to_string(record.occurrences.get()),
          moment(record.first_seen.get()),
          moment(record.last_seen.get())};
}

Fields exceptions_csv_head() { return {"Count", "Message", "Traceback", "Nodes"}; }

std::string csv_line(const Fields& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i) line += ',';
    const std::string& field = fields[i];
    if (field.find_first_of(",\"\r\n") == field.npos) {
      line += field;
      continue;
    }
    line += '"';
    for (char c : field) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line += "\r\n";
}

}  // namespace acrida::report
