#include "web/metrics.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <map>

#include "report/text.h"
#include "stats/histogram.h"

namespace acrida::web {

namespace {

// Upper bounds in microseconds, and how they are written in seconds.
constexpr std::array<std::pair<std::uint64_t, const char*>, 17> kBounds = {{
    {1'000, "0.001"},
    {2'500, "0.0025"},
    {5'000, "0.005"},
    {10'000, "0.01"},
    {25'000, "0.025"},
    {50'000, "0.05"},
    {100'000, "0.1"},
    {250'000, "0.25"},
    {500'000, "0.5"},
    {1'000'000, "1.0"},
    {2'500'000, "2.5"},
    {5'000'000, "5.0"},
    {10'000'000, "10.0"},
    {30'000'000, "30.0"},
    {60'000'000, "60.0"},
    {120'000'000, "120.0"},
    {300'000'000, "300.0"},
}};

constexpr std::array kStates = {"ready", "spawning", "running", "cleanup", "stopping", "stopped", "missing"};

std::string label(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n')
      escaped += "\\n";
    else
      escaped += c;
  }
  return escaped;
}

class Writer {
 public:
  void head(const char* name, const char* type, const char* help) {
    fmt::format_to(std::back_inserter(text), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
  }
  template <class Value>
  void sample(const char* name, const std::string& labels, const Value& value) {
    fmt::format_to(std::back_inserter(text), "{}{}{}{} {}\n", name, labels.empty() ? "" : "{", labels,
                   labels.empty() ? "" : "}", value);
  }
  std::string text;
};

std::string entry_labels(const stats::Entry& entry) {
  return fmt::format("method=\"{}\",name=\"{}\"", label(entry.method()), label(entry.name()));
}

void write_histogram(Writer& writer, const stats::Entry& entry) {
  stats::Histogram fine;
  entry.fine_into(fine);
  std::array<std::uint64_t, kBounds.size()> below{};
  std::uint64_t total = 0;
  fine.for_each([&](std::size_t index, std::uint64_t count) {
    total += count;
    const std::uint64_t us = stats::Histogram::middle(index);
    for (std::size_t i = 0; i < kBounds.size(); ++i)
      if (us <= kBounds[i].first) {
        below[i] += count;
        break;
      }
  });
  const std::string labels = entry_labels(entry);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i)
    writer.sample("acrida_response_time_seconds_bucket", fmt::format("{},le=\"{}\"", labels, kBounds[i].second),
                  sum += below[i]);
  writer.sample("acrida_response_time_seconds_bucket", labels + ",le=\"+Inf\"", total);
  writer.sample("acrida_response_time_seconds_sum", labels, report::float_text(entry.total_ms().value / 1000));
  writer.sample("acrida_response_time_seconds_count", labels, total);
}

void write_requests(Writer& writer, LiveStats& statistics) {
  Writer failures, histograms;
  writer.head("acrida_requests_total", "counter", "Requests since the test began, failed ones included.");
  failures.head("acrida_failures_total", "counter", "Failed requests since the test began.");
  histograms.head("acrida_response_time_seconds", "histogram", "Response times since the test began.");
  statistics.for_each_entry([&](const stats::Entry& entry, bool is_total) {
    if (is_total) return;  // Prometheus sums up by itself
    writer.sample("acrida_requests_total", entry_labels(entry), entry.num_requests());
    failures.sample("acrida_failures_total", entry_labels(entry), entry.num_failures());
    write_histogram(histograms, entry);
  });
  writer.text += failures.text + histograms.text;
}

void write_users(Writer& writer, const Json& status) {
  writer.head("acrida_users", "gauge", "Users alive, by class.");
  const Json& by_class = member_or_null(status, "users_by_class");
  for (auto it = by_class.begin(); by_class.is_object() && it != by_class.end(); ++it)
    writer.sample("acrida_users", fmt::format("user_class=\"{}\"", label(it.key())), it.value().dump());
  writer.head("acrida_target_users", "gauge", "Users wanted.");
  writer.sample("acrida_target_users", "", value_or(status, "target_user_count", 0));
  writer.head("acrida_state", "gauge", "1 for the state that the run is in.");
  const auto state = value_or<std::string>(status, "state", "missing");
  for (const char* each : kStates)
    writer.sample("acrida_state", fmt::format("state=\"{}\"", each), state == each ? 1 : 0);
}

void write_workers(Writer& writer, const Json& status) {
  const Json& workers = member_or_null(status, "workers");
  writer.head("acrida_workers", "gauge", "Workers of this master by their state.");
  std::map<std::string, int> by_state;
  for (const Json& worker : workers) ++by_state[value_or<std::string>(worker, "state", "")];
  for (const auto& [state, count] : by_state)
    writer.sample("acrida_workers", fmt::format("state=\"{}\"", label(state)), count);
}

}  // namespace

std::string metrics_text(LiveStats& statistics, const Json& status, double hub_lag_seconds) {
  Writer writer;
  write_requests(writer, statistics);
  write_users(writer, status);
  write_workers(writer, status);
  writer.head("acrida_generator_lag_seconds", "gauge",
              "How late the Python thread answers; above 0.1 the load is bent.");
  writer.sample("acrida_generator_lag_seconds", "", report::float_text(hub_lag_seconds));
  return writer.text;
}

}  // namespace acrida::web
