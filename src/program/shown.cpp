#include "program/shown.h"

#include <fmt/format.h>

#include <cmath>

#include "base/locust_version.h"
#include "program/native_files.h"
#include "program/packed_page.h"
#include "program/start_form.h"

namespace acrida::program {

namespace {

Json nullable(const std::string& text) { return text.empty() ? Json() : Json(text); }
template <class T>
Json nullable(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json to_json(const ClassCounts& counts) {
  Json json = Json::object();
  for (const auto& [name, count] : counts) json[name] = count;
  return json;
}

}  // namespace

Json Shown::status() {
  const Runner& runner = control.runner();
  const Cast& cast = control.cast();
  return {
      {"host", cast.shown_host().first},
      {"override_host", nullable(cast.host())},
      {"profile", nullable(options.profile)},
      {"locustfile", locustfile},
      {"run",
       {{"started_at", nullable(control.started_at())},
        {"ended_at", nullable(control.ended_at())},
        {"run_time", nullable(control.run_time())},
        {"shape", cast.find_shape() ? Json(kShapeName) : Json()}}},
      {"notices", notices()},
      {"is_distributed", runner.is_distributed()},
      {"state", load::text(runner.state())},
      {"user_count", runner.user_count()},
      {"target_user_count", runner.target_user_count()},
      {"users_by_class", to_json(runner.users_by_class())},
      {"spawn_rate", nullable(options.spawn_rate)},
      {"workers", runner.workers()},
      {"worker_count", runner.worker_count()},
      {"generator", {{"cpu_percent", std::round(usage.cpu_percent() * 10) / 10}}},
  };
}

Json Shown::notices() {
  std::map<std::string, std::string> texts;
  if (control.cast().lacks_host())
    texts["host_missing"] = "A user class has no host: fill in the host, or set it in the class.";
  std::string lost;
  for (const Json& worker : control.runner().workers())
    if (worker["state"] == "missing") lost += (lost.empty() ? "" : ", ") + worker["id"].get<std::string>();
  if (!lost.empty()) texts["worker_lost"] = "Workers that do not answer: " + lost;
  if (usage.cpu_percent() > Usage::kTooHigh * static_cast<double>(options.threads))
    texts["generator_overloaded"] =
        "The load generator is at its limit: the load is lower than asked for. Add threads or workers.";
  std::erase_if(noticed_at, [&](const auto& each) { return !texts.contains(each.first); });
  Json list = Json::array();
  for (const auto& [kind, text] : texts)
    list.push_back(
        {{"kind", kind}, {"text", text}, {"since", noticed_at.try_emplace(kind, base::wall_seconds()).first->second}});
  return list;
}

Json Shown::page() const {
  const Runner& runner = control.runner();
  const Cast& cast = control.cast();
  const auto [host, is_different] = cast.shown_host();
  const bool has_shape = cast.find_shape() != nullptr;
  Json users = Json::object();
  for (const std::string& name : cast.available()) users[name] = cast.shown_class(name);
  return {
      {"locustfile", locustfile},
      {"state", load::text(runner.state())},
      {"is_distributed", runner.is_distributed()},
      {"user_count", runner.user_count()},
      {"worker_count", runner.worker_count()},
      {"version", base::kLocustVersion},
      {"host", host},
      {"override_host_warning", is_different},
      {"missing_host_warning", cast.lacks_host()},
      {"is_host_required", false},
      {"profile", nullable(options.profile)},
      {"tasks", "{}"},
      {"num_users", nullable(options.users)},
      {"spawn_rate", nullable(options.spawn_rate)},
      {"run_time", options.run_time_s > 0 ? Json(options.run_time_s) : Json()},
      {"stats_history_enabled", options.has_full_history},
      {"extra_options", Json::object()},
      {"percentiles_to_chart", settings()["percentiles_to_chart"]},
      {"percentiles_to_statistics", settings()["percentiles_to_statistics"]},
      {"show_userclass_picker", options.has_class_picker},
      {"available_user_classes", cast.available()},
      {"available_user_tasks", cast.task_names()},
      {"users", std::move(users)},
      {"available_shape_classes", has_shape ? Json::array({"Default", kShapeName}) : Json::array({"Default"})},
      {"hide_common_options", has_shape ? Json(!options.has_class_picker) : Json()},
      {"shape_use_common_options", has_shape ? Json(false) : Json()},
  };
}

Json Shown::tasks() const {
  const Runner& runner = control.runner();
  const auto ratios = [this](const ClassCounts& counts) {
    return Json{{"per_class", control.cast().ratios(counts, false)}, {"total", control.cast().ratios(counts, true)}};
  };
  const bool has_stopped = runner.is_idle() && runner.state() != RunState::Ready;
  return {{"now", ratios(runner.users_by_class())},
          {"last", ratios(has_stopped ? runner.final_users_by_class() : runner.users_by_class())}};
}

Json Shown::settings() const {
  return {
      {"percentiles_to_chart", {0.5, 0.95}},
      {"percentiles_to_statistics", {0.95, 0.99}},
      {"percentiles_to_report", kPercentiles},
      {"window_seconds", 10},
      {"history_seconds", 5},
      {"full_history_file", options.has_full_history ? options.csv_prefix + "_stats_history.csv" : ""},
  };
}

}  // namespace acrida::program
