#include <stdexcept>
#include <string>

#include <acrida/record.h>
#include <acrida/task_set.h>
#include <acrida/user.h>
#include "base/time.h"
#include "native/loop.h"
#include "native/outside_log.h"

namespace acrida {

using native::loop_of_caller;

Subject::Subject() {
  state_ = &loop_of_caller("User").user();
  last_run_ = base::to_seconds(base::now().time_since_epoch());
}

Subject::~Subject() = default;

double Subject::wait_time() {
  const auto& rule = state_->type.wait_time;
  return rule ? (*rule)(*this) : 0;
}

Random& Subject::random() { return state_->random; }

void Subject::wait() {
  detail::UserState& user = *state_;
  user.loop.check_caller("wait()");
  if (user.life.is_stopping()) throw StopUser{};
  const double seconds = wait_time();
  struct Mark {
    bool& flag;
    ~Mark() { flag = false; }
  } const mark{user.is_waiting_inside = true};
  user.loop.sleep(seconds);
  if (user.life.is_stopping()) throw StopUser{};
}

const std::string& User::host() const { return state().loop.host_of(state()); }
std::string_view User::class_name() const { return state().type.name; }
void User::stop() { state().life.ask_to_stop(); }

User& TaskSet::base_user() const { return static_cast<User&>(*state().user); }

HttpClient& TaskSet::client() const {
  if (auto* const http = dynamic_cast<HttpUser*>(state().user.get())) return http->client;
  throw std::logic_error("client() needs a user that derives from acrida::HttpUser, and " + state().type.name +
                         " does not");
}

double TaskSet::wait_time() {
  for (const detail::Frame& frame : state().frames)
    if (frame.set.get() == this && frame.type->wait_time) return (*frame.type->wait_time)(*this);
  return base_user().wait_time();
}

void record(const Sample& sample) {
  loop_of_caller("record()")
      .record(sample.method, sample.name, sample.response_time_ms, sample.response_length, sample.error,
              base::wall_seconds());
}

Stopwatch::Stopwatch(std::string_view method, std::string_view name)
    : method_(method), name_(name), started_ns_(base::now().time_since_epoch().count()) {}

double Stopwatch::elapsed_ms() const {
  return static_cast<double>(base::now().time_since_epoch().count() - started_ns_) / 1e6;
}

void Stopwatch::success(std::int64_t response_length) const {
  record({method_, name_, elapsed_ms(), response_length, {}});
}

void Stopwatch::failure(std::string_view error, std::int64_t response_length) const {
  record({method_, name_, elapsed_ms(), response_length, error.empty() ? "failed" : error});
}

void sleep(double seconds) { loop_of_caller("sleep()").sleep(seconds); }

void log(std::string_view text) {
  native::Loop* const loop = native::Loop::find_current();
  if (loop && loop->fibers().current()) return loop->log(false, std::string(text));
  native::log_outside(std::string(text));
}

}  // namespace acrida
