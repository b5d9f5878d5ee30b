#include "web/route.h"

namespace acrida::web {

const std::vector<RouteRule>& all_rules() {
  // route, path, endpoint, GET, POST, login, change
  static const std::vector<RouteRule> rules = {
      {Route::Index, "/", "index", true, false, true, false},
      {Route::Swarm, "/swarm", "swarm", false, true, true, true},
      {Route::Stop, "/stop", "stop", true, true, true, true},
      {Route::Reset, "/stats/reset", "reset_stats", true, true, true, true},
      {Route::Report, "/stats/report", "stats_report", true, false, true, false},
      {Route::Requests, "/stats/requests", "request_stats", true, false, true, false},
      {Route::RequestsCsv, "/stats/requests/csv", "request_stats_csv", true, false, true, false},
      {Route::FullHistoryCsv, "/stats/requests_full_history/csv", "request_stats_full_history_csv", true, false, true,
       false},
      {Route::FailuresCsv, "/stats/failures/csv", "failures_stats_csv", true, false, true, false},
      {Route::Exceptions, "/exceptions", "exceptions", true, false, true, false},
      {Route::ExceptionsCsv, "/exceptions/csv", "exceptions_csv", true, false, true, false},
      {Route::Tasks, "/tasks", "tasks", true, false, true, false},
      {Route::Logs, "/logs", "logs", true, false, true, false},
      {Route::User, "/user", "update_user", false, true, true, true},
      {Route::Login, "/login", "login", true, false, false, false},
      {Route::Asset, "/assets/", "send_assets", true, false, false, false},
      {Route::WorkerCount, "/worker-count", "get_worker_count", true, false, true, false},
      {Route::Events, "/events", "", true, false, true, false},
      {Route::Series, "/series", "", true, false, true, false},
      {Route::LastForm, "/last-form", "", true, false, true, false},
      {Route::Metrics, "/metrics", "", true, false, true, false},
      {Route::Health, "/health", "", true, false, false, false},
  };
  return rules;
}

const RouteRule* find_rule(std::string_view path) {
  for (const RouteRule& rule : all_rules()) {
    if (rule.path == path && rule.route != Route::Asset) return &rule;
    if (rule.route == Route::Asset && path.size() > rule.path.size() && path.starts_with(rule.path)) return &rule;
  }
  return nullptr;
}

std::string merged_slashes(std::string_view path) {
  std::string merged;
  for (const char each : path)
    if (each != '/' || merged.empty() || merged.back() != '/') merged += each;
  return merged;
}

const RouteRule& rule_of(Route route) { return all_rules()[static_cast<std::size_t>(route)]; }

std::string allowed_methods(const RouteRule& rule) {
  if (!rule.has_get) return "OPTIONS, POST";
  return rule.has_post ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS";
}

bool is_allowed(const RouteRule& rule, std::string_view method) {
  if (method == "OPTIONS") return true;
  return method == "POST" ? rule.has_post : rule.has_get && (method == "GET" || method == "HEAD");
}

std::optional<std::string_view> below_base(std::string_view path, std::string_view base) {
  if (base.empty()) return path;
  if (!path.starts_with(base)) return std::nullopt;
  path.remove_prefix(base.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  return path;
}

}  // namespace acrida::web
