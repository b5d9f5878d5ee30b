#include "program/live_view.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "load/run_state.h"
#include "program/log.h"
#include "program/native_files.h"
#include "program/tables.h"
#include "report/live_lines.h"

namespace acrida::program {

namespace {

constexpr base::Duration kEvery = std::chrono::milliseconds(500);
constexpr std::size_t kSecondsKept = 300;

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

void keep(std::vector<double>& values, double value) {
  if (values.size() == kSecondsKept) values.erase(values.begin());
  values.push_back(value);
}

}  // namespace

bool LiveView::is_wanted(const Options& options) {
  const bool is_plain = options.prints_stats || options.only_summary || options.prints_json;
  const std::string_view term = variable("TERM");
  const bool is_terminal = isatty(STDERR_FILENO) && isatty(STDOUT_FILENO) && !term.empty() && term != "dumb";
  return options.is_headless && !is_plain && is_terminal && variable("CI").empty();
}

LiveView::~LiveView() { set_live_lines({}); }

void LiveView::turn(web::LiveStats& statistics, base::Instant now) {
  if (now < next_at_) return;
  next_at_ = now + kEvery;
  const double wall = base::wall_seconds();
  const web::Picture picture = statistics.picture([](const auto&, auto) { return false; });
  const auto times = statistics.current_percentiles(kChartPercentiles, wall);
  report::LiveFigures figures;
  figures.state = load::text(control_.runner().state());
  figures.elapsed = std::max(0.0, wall - picture.started_at);
  if (options_.run_time_s > 0) figures.run_time = static_cast<double>(options_.run_time_s);
  figures.users = control_.runner().user_count();
  figures.target_users = control_.runner().target_user_count();
  if (picture.has_requests) figures.rps = picture.total.current_rps;
  if (picture.has_requests) figures.failures_per_second = picture.total.current_failures_per_second;
  figures.fail_ratio = picture.total.fail_ratio;
  if (!times.empty()) figures.p50_ms = times[0], figures.p95_ms = times[1];
  if (const auto second = static_cast<std::int64_t>(figures.elapsed); second != second_) {
    second_ = second;
    keep(rps_, figures.rps);
    keep(p95_, figures.p95_ms.value_or(0));
  }
  figures.rps_before = rps_;
  figures.p95_before = p95_;
  for (const auto& error : picture.errors)
    figures.errors.push_back({error.occurrences, shown_error(error.method, error.name, error.text)});
  set_live_lines(report::live_lines(figures, terminal_columns() - 1));
}

}  // namespace acrida::program
