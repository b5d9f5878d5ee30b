#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Which path means what; pure.
namespace acrida::web {

enum class Route {
  Index,
  Swarm,
  Stop,
  Reset,
  Report,
  Requests,
  RequestsCsv,
  FullHistoryCsv,
  FailuresCsv,
  Exceptions,
  ExceptionsCsv,
  Tasks,
  Logs,
  User,
  Login,
  Asset,
  WorkerCount,
  // ours
  Events,
  Series,
  LastForm,
  Metrics,
  Health,
};

// Everything that is known about a route without looking at a request.
struct RouteRule {
  Route route;
  std::string_view path;      // an asset's ends with '/'
  std::string_view endpoint;  // in Flask; empty: an addition of ours
  bool has_get;
  bool has_post;
  bool needs_login;
  bool is_change;
};

// The rule for a path below the base path ("/stats/requests"); null for an unknown one.
const RouteRule* find_rule(std::string_view path);
// "//a///b" is "/a/b".
std::string merged_slashes(std::string_view path);
const RouteRule& rule_of(Route route);
const std::vector<RouteRule>& all_rules();

// "GET, HEAD, OPTIONS" and so on, as the header Allow wants it.
std::string allowed_methods(const RouteRule& rule);
bool is_allowed(const RouteRule& rule, std::string_view method);

// The path below `base` ("" or "/lo"); nothing if it lies outside. The bare prefix itself is empty.
std::optional<std::string_view> below_base(std::string_view path, std::string_view base);

}  // namespace acrida::web
