#include "web/live_stats.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "stats/derived.h"

namespace acrida::web {

void LiveStats::watch(std::shared_ptr<stats::Shelf> shelf) {
  std::lock_guard lock(mutex_);
  if (shelf == shelf_) return;
  shelf_.swap(shelf);
  if (!refresh() && epoch_) old_tests_.push_back(std::exchange(epoch_, nullptr));
}

// Follows a new test or a reset; false: there is nothing to read.
bool LiveStats::refresh() {
  if (!shelf_) return false;
  std::shared_ptr<stats::Epoch> now = shelf_->epoch();
  if (now != epoch_) {
    if (epoch_) old_tests_.push_back(std::move(epoch_));
    epoch_ = std::move(now);
    started_at_ = -1;
  }
  // `now` may hold the epoch a second time: never the last one, since epoch_ does, too.
  const double started_at = epoch_->view().total->start_time();
  if (started_at != started_at_) {
    started_at_ = started_at;
    states_.emplace(static_cast<std::int64_t>(started_at));
    history_.clear();
    series_.clear();
  }
  return true;
}

void LiveStats::tick(double now, std::int64_t window_seconds, const std::vector<double>& percentiles) {
  std::lock_guard lock(mutex_);
  if (!refresh()) return;
  const stats::Epoch::View view = epoch_->view();
  const stats::Entry& total = *view.total;
  series_.note(view, static_cast<std::int64_t>(now) - 1, percentiles);
  states_->set_window(window_seconds);
  const auto second = static_cast<std::int64_t>(now);
  const std::optional<double> last = total.last_request_at();
  if (last && states_->wants(second))
    states_->note(second, {total.buckets(), total.num_requests(), total.num_none_requests()},
                  static_cast<std::int64_t>(*last));
}

std::pair<std::uint64_t, double> LiveStats::beginning() {
  std::lock_guard lock(mutex_);
  if (!refresh()) return {0, 0};
  return {epoch_->number(), started_at_};
}

Picture LiveStats::picture(const RowFilter& is_wanted) {
  std::lock_guard lock(mutex_);
  Picture picture;
  if (!refresh()) return picture;
  const stats::Epoch::View view = epoch_->view();
  const stats::Period period = view.total->period();
  picture.test = epoch_->number();
  picture.started_at = started_at_;
  picture.last_request_at = period.last_request_at.value_or(started_at_);
  picture.has_requests = period.last_request_at.has_value();
  picture.total = report::make_row(*view.total, period);
  const stats::Window window = stats::current_window(period);
  for (const stats::Entry* entry : view.entries)
    if (!is_wanted || is_wanted(*entry, window)) picture.rows.push_back(report::make_row(*entry, period));
  std::sort(picture.rows.begin(), picture.rows.end(), [](const report::Row& a, const report::Row& b) {
    return std::tie(a.name, a.method) < std::tie(b.name, b.method);
  });
  picture.errors = shelf_->errors.copy();
  return picture;
}

std::optional<double> LiveStats::current_percentile(const stats::Entry& total, double p, double now) {
  const std::optional<double> last = total.last_request_at();
  states_->settle(last ? std::optional(static_cast<std::int64_t>(*last)) : std::nullopt);
  const stats::Snapshot* before = states_->base_for(static_cast<std::int64_t>(now));
  if (!before) return std::nullopt;
  const std::int64_t timed =
      (total.num_requests() - before->num_requests) - (total.num_none_requests() - before->num_none_requests);
  return stats::percentile(stats::difference(total.buckets(), before->buckets), timed, p);
}

std::vector<std::optional<double>> LiveStats::current_percentiles(const std::vector<double>& which, double now) {
  std::lock_guard lock(mutex_);
  std::vector<std::optional<double>> values(which.size());
  if (!refresh()) return values;
  const stats::Entry& total = *epoch_->view().total;
  for (std::size_t i = 0; i < which.size(); ++i) values[i] = current_percentile(total, which[i], now);
  return values;
}

HistoryPoint LiveStats::point(const std::vector<double>& percentiles, double now, std::int64_t user_count) {
  std::lock_guard lock(mutex_);
  HistoryPoint point;
  point.at = now;
  point.user_count = user_count;
  const bool has_statistics = refresh();
  for (const double p : percentiles)
    point.percentiles.emplace_back(p,
                                   has_statistics ? current_percentile(*epoch_->view().total, p, now).value_or(0) : 0);
  if (!has_statistics) return point;
  const stats::Entry& total = *epoch_->view().total;
  const report::Row row = report::make_row(total, total.period());
  point.rps = row.current_rps;
  point.failures_per_second = row.current_failures_per_second;
  point.average_ms = row.average_ms;
  return point;
}

void LiveStats::add_to_history(HistoryPoint point) {
  std::lock_guard lock(mutex_);
  if (refresh()) history_.push_back(std::move(point));
}

std::vector<HistoryPoint> LiveStats::history(std::size_t skip, std::size_t most) {
  std::lock_guard lock(mutex_);
  refresh();
  std::vector<HistoryPoint> points;
  if (skip >= history_.size() || most == 0) return points;
  const std::size_t count = history_.size() - skip, step = (count + most - 1) / most;
  // Backwards, so that the newest is there in any case.
  for (std::size_t i = history_.size(); i > skip; i -= std::min(step, i - skip)) points.push_back(history_[i - 1]);
  std::reverse(points.begin(), points.end());
  return points;
}

std::size_t LiveStats::history_size() {
  std::lock_guard lock(mutex_);
  refresh();
  return history_.size();
}

namespace {

// Per second, or as means of `*step` seconds if there were more than `most` points; silent seconds are zeros.
std::vector<Series::Rates> rates_of(const stats::Entry& entry, std::int64_t end, std::size_t most, std::int64_t* step) {
  const std::vector<stats::SecondCount> requests = entry.requests_per_second(), failures = entry.failures_per_second();
  std::int64_t begin = end;
  for (const auto* counts : {&requests, &failures})
    if (!counts->empty()) begin = std::min(begin, counts->front().first);
  const auto length = static_cast<std::size_t>(end - begin);
  if (length == 0) return {};
  *step = static_cast<std::int64_t>((length + most - 1) / most);
  std::vector<Series::Rates> rates((length + static_cast<std::size_t>(*step) - 1) / static_cast<std::size_t>(*step));
  const auto add = [&](const std::vector<stats::SecondCount>& counts, double Series::Rates::*sum) {
    for (const auto& [second, count] : counts)
      if (second < end) rates[static_cast<std::size_t>((second - begin) / *step)].*sum += static_cast<double>(count);
  };
  add(requests, &Series::Rates::rps);
  add(failures, &Series::Rates::failures_per_second);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    rates[i].second = begin + static_cast<std::int64_t>(i) * *step;
    const auto seconds = static_cast<double>(std::min(*step, end - rates[i].second));
    rates[i].rps /= seconds;
    rates[i].failures_per_second /= seconds;
  }
  return rates;
}

}  // namespace

Series LiveStats::series(const std::string& method, const std::string& name, double settled, std::size_t most) {
  Series found;
  for_each_entry([&](const stats::Entry& entry, bool is_total) {
    if (is_total || entry.method() != method || entry.name() != name) return;
    found.rates = rates_of(entry, static_cast<std::int64_t>(settled), most, &found.seconds_per_point);
    if (const stats::PercentileSeries* series = series_.find(entry)) {
      found.percentiles = series->percentiles();
      found.times = series->points();
    }
  });
  return found;
}

std::vector<std::shared_ptr<stats::Epoch>> LiveStats::take_old_tests() {
  std::lock_guard lock(mutex_);
  return std::exchange(old_tests_, {});
}

}  // namespace acrida::web
