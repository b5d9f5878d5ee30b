#include "program/start_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "program/options.h"

namespace acrida::program {

namespace {

constexpr const char* kMissing = "Missing or invalid user_count or spawn_rate from /swarm request";

std::optional<std::string> find(const wire::Fields& fields, std::string_view name) {
  for (const auto& [each, value] : fields)
    if (each == name) return value;
  return std::nullopt;
}

template <class Number>
std::optional<Number> number(const wire::Fields& fields, std::string_view name, const char* kind) {
  const auto text = find(fields, name);
  if (!text) return std::nullopt;
  Number value{};
  const char* const end = text->data() + text->size();
  const auto [after, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || after != end)
    throw BadForm(fmt::format("Invalid {} value: '{}' (must be {})", name, *text, kind));
  return value;
}

void read_classes(const wire::Fields& fields, const FormRules& rules, StartForm& start) {
  std::vector<std::string> chosen, known;
  for (const auto& [name, value] : fields)
    if (name == "user_classes") chosen.push_back(value);
  for (const std::string& name : chosen)
    if (std::find(rules.classes.begin(), rules.classes.end(), name) != rules.classes.end()) known.push_back(name);
  if (!chosen.empty() && known.empty())
    throw BadForm(fmt::format("There are no such user classes: {}", fmt::join(chosen, ", ")), 400);
  if (!chosen.empty())
    start.user_classes = std::move(known);
  else if (!rules.is_running)
    start.user_classes = rules.classes;
  const std::string shape = find(fields, "shape_class").value_or("Default");
  start.has_shape = rules.has_shape && shape == kShapeName;
  if (shape != "Default" && !shape.empty() && !start.has_shape)
    throw BadForm(fmt::format("There is no such shape class: {}", shape), 400);
}

}  // namespace

StartForm read_start_form(const wire::Fields& fields, const FormRules& rules) {
  StartForm start;
  start.has_shape = rules.has_shape;
  if (rules.has_class_picker) read_classes(fields, rules, start);
  start.users = number<std::int64_t>(fields, "user_count", "an integer");
  if (start.users && *start.users > kMostUsers)
    throw BadForm(fmt::format("user_count is too large: at most {}", kMostUsers), 400);
  start.spawn_rate = number<double>(fields, "spawn_rate", "a number");
  const bool is_bad_count = start.users && *start.users < 0;
  const bool is_bad_rate = start.spawn_rate && !(std::isfinite(*start.spawn_rate) && *start.spawn_rate > 0);
  if (is_bad_count || is_bad_rate || (!start.has_shape && (!start.users || !start.spawn_rate))) throw BadForm(kMissing);
  start.host = find(fields, "host");
  if (start.host) std::erase_if(*start.host, [](char c) { return c == '<' || c == '>'; });
  start.profile = find(fields, "profile");
  if (const auto text = find(fields, "run_time")) {
    start.has_run_time = true;
    const auto seconds = text->empty() ? std::optional<std::int64_t>(0) : parse_timespan(*text);
    if (!seconds) throw BadForm("Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.");
    if (*seconds > kLongestSeconds) throw BadForm("run_time is too long: at most 10 years.", 400);
    start.run_time_s = *seconds;
  }
  return start;
}

}  // namespace acrida::program
