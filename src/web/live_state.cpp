#include "web/live_state.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <unordered_set>

#include "report/text.h"

namespace acrida::web {

namespace {

constexpr std::size_t kMostPoints = 1000;
constexpr std::array<std::pair<double, const char*>, 6> kRowPercentiles = {
    {{0.5, "0.5"}, {0.9, "0.9"}, {0.95, "0.95"}, {0.99, "0.99"}, {0.999, "0.999"}, {1.0, "1.0"}}};
// Above this the page says that Python is busy; its figures of users and tasks are that old then.
constexpr double kBusySeconds = 3.0;
// Python that answers so late in most of the last seconds makes less load than was asked for, whatever it does.
constexpr double kLateSeconds = 0.2;
constexpr unsigned kRemembered = 10, kMostlyLate = 6, kSeldomLate = 3;

Json live_row(const report::Row& row, bool has_requests, const Percentiles& percentiles) {
  Json json = row_json(row, has_requests, percentiles.statistics);
  Json::object_t own;
  for (const auto& [p, name] : kRowPercentiles) own.emplace(name, bucket(row.percentile(p)));
  json["percentiles"] = std::move(own);
  return json;
}

bool has_notice(const Json& list, const char* kind) {
  return std::any_of(list.begin(), list.end(), [&](const Json& each) { return each["kind"] == kind; });
}

// Notes the count; false if it was known.
bool is_news(std::unordered_map<std::string, std::int64_t>& known, const std::string& key, std::int64_t count) {
  const auto [place, is_new] = known.try_emplace(key, count);
  if (!is_new && place->second == count) return false;
  place->second = count;
  return true;
}

std::string key_of(const Json& exception) { return value_or<std::string>(exception, "traceback", ""); }

Json copied(const Json& status, const char* name, const Json& fallback) {
  const Json& value = member_or_null(status, name);
  return value.is_null() ? fallback : value;
}

}  // namespace

std::vector<std::string> lines_after(const std::vector<std::string>& lines, const std::string& seen) {
  const auto found = std::find(lines.rbegin(), lines.rend(), seen);
  return {found == lines.rend() ? lines.begin() : found.base(), lines.end()};
}

void LiveState::note_lag(const Now& now) {
  late_ = (late_ << 1U | (now.hub_lag_seconds > kLateSeconds ? 1U : 0U)) & ((1U << kRemembered) - 1);
  const auto times = static_cast<unsigned>(std::popcount(late_));
  if (!late_since_ && times >= kMostlyLate) late_since_ = now.seconds;
  if (late_since_ && times <= kSeldomLate) late_since_.reset();
}

Json LiveState::notices(const Json& status, const Now& now) {
  Json list = member_or_null(status, "notices");
  if (!list.is_array()) list = Json::array();
  if (now.hub_lag_seconds > kBusySeconds)
    list.push_back({{"kind", "hub_busy"},
                    {"text", "What depends on it (users, tasks, logs) is shown as it was before."},
                    {"since", std::floor(now.seconds - now.hub_lag_seconds)}});
  if (late_since_ && !has_notice(list, "generator_overloaded"))
    list.push_back({{"kind", "generator_overloaded"},
                    {"text",
                     "Python answers late: the tasks compute or block too much, and the load is lower than asked for. "
                     "Add workers, or look for what blocks."},
                    {"since", std::floor(*late_since_)}});
  return list;
}

Json LiveState::small_things(const Now& now, const Picture& picture, const Percentiles& percentiles) {
  const SharedJson status = view_.get(RunView::Part::Status);
  Json small = {
      {"state", value_or<std::string>(*status, "state", "missing")},
      {"user_count", value_or(*status, "user_count", 0)},
      {"target_user_count", value_or(*status, "target_user_count", 0)},
      {"users_by_class", copied(*status, "users_by_class", Json::object())},
      {"spawn_rate", copied(*status, "spawn_rate", nullptr)},
      {"host", value_or<std::string>(*status, "host", "")},
      {"profile", copied(*status, "profile", nullptr)},
      {"run", copied(*status, "run", Json::object())},
      {"total", live_row(picture.total, picture.has_requests, percentiles)},
      {"fail_ratio", picture.total.fail_ratio},
      {"worker_count", value_or(*status, "worker_count", 0)},
      {"is_distributed", value_or(*status, "is_distributed", false)},
      {"viewers", now.viewers},
      {"notices", notices(*status, now)},
      {"generator", copied(*status, "generator", Json::object())},
  };
  small["run"]["number"] = picture.test;
  small["generator"]["hub_lag_ms"] = std::round(now.hub_lag_seconds * 1000);
  Json& current = small["current_percentiles"] = Json::object();
  const auto values = statistics_.current_percentiles(percentiles.chart, now.seconds);
  for (std::size_t i = 0; i < values.size(); ++i)
    current[report::float_text(percentiles.chart[i])] = values[i] ? bucket(*values[i]) : Json();
  return small;
}

bool LiveState::has_changed(const stats::Entry& entry, stats::Window window) {
  const RowMark mark{entry.num_requests(), entry.num_failures(), entry.current_rate(window),
                     entry.current_failure_rate(window)};
  const auto [place, is_new] = rows_.try_emplace(&entry, mark);
  if (!is_new && place->second == mark) return false;
  place->second = mark;
  return true;
}

void LiveState::add_rows(Json& out, const Picture& picture, const Percentiles& percentiles, bool all) {
  Json list = Json::array();
  for (const report::Row& row : picture.rows) list.push_back(live_row(row, picture.has_requests, percentiles));
  if (all || !list.empty()) out["rows"] = std::move(list);
}

void LiveState::add_errors(Json& out, const Picture& picture, bool all) {
  Json list = Json::array();
  for (const stats::ErrorCopy& error : picture.errors) {
    if (all || is_news(errors_, error.method + '\0' + error.name + '\0' + error.text, error.occurrences))
      list.push_back(error_json(error));
  }
  if (all || !list.empty()) out["errors"] = std::move(list);
}

// Python tells it some time after the new test has begun, when everybody has got the old ones once more.
bool LiveState::has_forgotten_exceptions() const {
  const RunView::Versioned present = view_.versioned(RunView::Part::Exceptions);
  if (present.version == exceptions_version_) return false;
  std::unordered_set<Key> keys;
  for (const Json& each : *present.value) keys.insert(key_of(each));
  return std::any_of(exceptions_.begin(), exceptions_.end(),
                     [&](const auto& known) { return !keys.contains(known.first); });
}

void LiveState::add_exceptions(Json& out, bool all) {
  Json list = Json::array();
  const RunView::Versioned present = view_.versioned(RunView::Part::Exceptions);
  if (!all) exceptions_version_ = present.version;
  for (const Json& each : *present.value)
    if (all || is_news(exceptions_, key_of(each), value_or(each, "count", std::int64_t{0}))) list.push_back(each);
  if (all || !list.empty()) out["exceptions"] = std::move(list);
}

void LiveState::add_workers(Json& out, const Json& status, bool all) {
  Json changed = Json::array(), removed = Json::array();
  std::map<std::string, Json> present;
  for (const Json& worker : member_or_null(status, "workers"))
    present.emplace(value_or<std::string>(worker, "id", ""), worker);
  for (const auto& [id, worker] : present) {
    const auto known = workers_.find(id);
    if (all || known == workers_.end() || known->second != worker) changed.push_back(worker);
  }
  if (!all) {
    for (const auto& [id, worker] : workers_)
      if (!present.contains(id)) removed.push_back(id);
    workers_ = std::move(present);
  }
  if (all || !changed.empty()) out["workers"] = std::move(changed);
  if (!removed.empty()) out["removed_workers"] = std::move(removed);
}

void LiveState::add_history(Json& out, bool all) {
  if (all) {
    std::vector<HistoryPoint> points = statistics_.history(0, kMostPoints);
    // What the next delta brings must not be here already.
    const std::size_t not_yet = statistics_.history_size() - std::min(history_, statistics_.history_size());
    points.resize(points.size() - std::min(not_yet, points.size()));
    out["history"] = history_json(points);
    return;
  }
  const std::size_t size = statistics_.history_size();
  if (size > history_) out["history"] = history_json(statistics_.history(history_, kMostPoints));
  history_ = size;
}

void LiveState::add_logs(Json& out, bool all) {
  RunView::LogTail tail = view_.log_lines_since(all ? 0 : log_lines_);
  Json workers = Json::object();
  if (all) {
    const std::uint64_t not_yet = tail.end - log_lines_;
    tail.lines.resize(tail.lines.size() - std::min<std::uint64_t>(not_yet, tail.lines.size()));
    workers = *view_.get(RunView::Part::WorkerLogs);
  } else {
    log_lines_ = tail.end;
    const RunView::Versioned logs = view_.versioned(RunView::Part::WorkerLogs);
    if (logs.version != worker_logs_version_)
      for (const auto& [id, list] : logs.value->items()) {
        const auto lines = list.get<std::vector<std::string>>();
        std::string& last = last_worker_line_[id];
        const auto fresh = lines_after(lines, last);
        if (!lines.empty()) last = lines.back();
        if (!fresh.empty()) workers[id] = fresh;
      }
    worker_logs_version_ = logs.version;
  }
  if (all || !tail.lines.empty() || !workers.empty())
    out["logs"] = {{"master", std::move(tail.lines)}, {"workers", std::move(workers)}};
}

void LiveState::forget() {
  rows_.clear();
  errors_.clear();
  exceptions_.clear();
  history_ = 0;
}

Json LiveState::snapshot(const Now& now, bool is_first) {
  if (is_first) delta(now, nullptr);
  const Picture picture = statistics_.picture();
  const Percentiles percentiles = Percentiles::of(*view_.get(RunView::Part::Settings));
  Json state = small_things(now, picture, percentiles);
  add_rows(state, picture, percentiles, true);
  add_errors(state, picture, true);
  add_exceptions(state, true);
  add_workers(state, *view_.get(RunView::Part::Status), true);
  add_history(state, true);
  add_logs(state, true);
  state["seq"] = ++seq_;
  state["now"] = now.seconds;
  return state;
}

std::optional<Json> LiveState::delta(const Now& now, bool* is_anew) {
  note_lag(now);
  const auto [test, started_at] = statistics_.beginning();
  const bool begins_anew = test != test_ || started_at != started_at_ || has_forgotten_exceptions();
  if (begins_anew) forget();
  test_ = test;
  started_at_ = started_at;
  if (is_anew) *is_anew = begins_anew;
  const Picture picture = statistics_.picture(
      [this](const stats::Entry& entry, stats::Window window) { return has_changed(entry, window); });
  const Percentiles percentiles = Percentiles::of(*view_.get(RunView::Part::Settings));
  Json small = small_things(now, picture, percentiles);
  Json changed = Json::object();
  for (const auto& [name, value] : small.items())
    if (!small_.contains(name) || small_[name] != value) changed[name] = value;
  small_ = std::move(small);
  add_rows(changed, picture, percentiles, false);
  add_errors(changed, picture, false);
  add_exceptions(changed, false);
  add_workers(changed, *view_.get(RunView::Part::Status), false);
  add_history(changed, false);
  add_logs(changed, false);
  if (changed.empty() && !begins_anew) return std::nullopt;
  changed["seq"] = ++seq_;
  changed["now"] = now.seconds;
  return changed;
}

}  // namespace acrida::web
