#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "native/report.h"
#include "stats/request_stats.h"

namespace acrida::program {

// An exception of scenario code, and where it came.
struct ScenarioException {
  std::string message, traceback;
  std::int64_t count = 0;
  std::set<std::string> nodes;
};

// What the present test has counted.
//
// Owner   the run. Thread: the main one; statistics are read on any through their shelf.
// Fails   never.
class Results {
 public:
  void begin_test();
  void reset();
  // The same where a master's node counts in our entries: it zeroes them itself.
  void reset_elsewhere();
  void add_exception(const std::string& message, const std::string& traceback, std::int64_t count,
                     const std::string& node);
  // Of users of this process: exceptions are counted and logged, their log lines written.
  void take(const native::Report& report);

  stats::RequestStats& statistics() { return statistics_; }
  // A listener or the shape of the scenario has thrown; a new test does not forget it.
  void note_fault() { has_fault_ = true; }
  bool has_fault() const { return has_fault_; }
  bool has_failed() const { return !statistics_.errors().records().empty() || !exceptions_.empty(); }
  const std::map<std::string, ScenarioException>& exceptions() const { return exceptions_; }  // by traceback
  nlohmann::json exceptions_json() const;  // [{count, msg, traceback, nodes}]

 private:
  mutable stats::RequestStats statistics_;
  std::map<std::string, ScenarioException> exceptions_;
  bool has_fault_ = false;
};

}  // namespace acrida::program
