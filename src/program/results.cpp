#include "program/results.h"

#include <fmt/format.h>

#include "base/time.h"
#include "program/log.h"

namespace acrida::program {

void Results::begin_test() {
  statistics_.clear_all(base::wall_seconds());
  exceptions_.clear();
}

void Results::reset() {
  statistics_.reset_all(base::wall_seconds());
  exceptions_.clear();
}

void Results::reset_elsewhere() {
  statistics_.errors().clear();
  exceptions_.clear();
}

void Results::add_exception(const std::string& message, const std::string& traceback, std::int64_t count,
                            const std::string& node) {
  ScenarioException& sum = exceptions_[message + '\0' + traceback];
  sum.message = message;
  sum.traceback = traceback;
  sum.count += count;
  sum.nodes.insert(node);
}

void Results::take(const native::Report& report) {
  for (const native::LogLine& line : report.log)
    write_log(line.is_error ? Level::Error : Level::Info, "acrida.scenario", line.text);
  for (const auto& [key, error] : report.errors) {
    const std::string repeated = error.count > 1 ? fmt::format(" ({} times)", error.count) : "";
    log(Level::Error, "locust.user.task", "{}{}\n{}", error.message, repeated, error.place);
    add_exception(error.message, error.place, error.count, "local");
  }
}

nlohmann::json Results::exceptions_json() const {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [key, each] : exceptions_)
    list.push_back({{"count", each.count},
                    {"msg", each.message},
                    {"traceback", each.traceback},
                    {"nodes", fmt::format("{}", fmt::join(each.nodes, ", "))}});
  return list;
}

}  // namespace acrida::program
