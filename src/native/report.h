#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/service.h"
#include "stats/request_stats.h"

namespace acrida::native {

// A kind of exception of a scenario, and how often it came.
struct ScenarioError {
  std::string message;  // what() of the exception
  std::string place;    // type, task and class, as a traceback would tell
  std::int64_t count = 0;
};

struct LogLine {
  bool is_error = false;
  std::string text;
};

// What a loop tells since it was last asked.
struct Report {
  std::vector<std::unique_ptr<stats::RequestStats>> statistics;  // in their entries, not in their totals
  std::map<std::string, ScenarioError> errors;                   // by place and message
  std::vector<LogLine> log;
  std::vector<std::int64_t> ended_staying, ended_leaving;  // by class: on their own, and because they were asked to
  http::ServiceCounters counters;                          // since the loop began
  std::uint64_t publications = 0;                          // grows with each
};

// Where one loop leaves its reports and the owner of the users takes them.
//
// Owner   a Crowd. Thread: any. Fails: never.
class Outbox {
 public:
  // The owner is told by `ring` whenever something has come.
  explicit Outbox(std::size_t classes) { clear(classes); }

  template <class Add>
  void add(Add&& add) {
    const std::lock_guard lock(mutex_);
    add(report_);
  }
  Report take(std::size_t classes) {
    const std::lock_guard lock(mutex_);
    Report taken = std::move(report_);
    clear(classes);
    report_.counters = taken.counters;
    report_.publications = taken.publications;
    return taken;
  }

 private:
  void clear(std::size_t classes) {
    report_ = Report();
    report_.ended_staying.resize(classes);
    report_.ended_leaving.resize(classes);
  }
  std::mutex mutex_;
  Report report_;
};

}  // namespace acrida::native
