#include "program/run_control.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "native/caught.h"
#include "program/log.h"

namespace acrida::program {

using namespace std::chrono_literals;

bool RunControl::start(const Plan& plan, base::Instant now) {
  const bool begins = runner_.is_idle();
  if (!runner_.start(plan, now)) return false;
  if (begins && !runner_.is_idle()) note_start();
  return true;
}

void RunControl::note_start() {
  started_at_ = base::wall_seconds();
  ended_at_.reset();
}

void RunControl::start_shape(base::Instant now) {
  log(Level::Info, kRunners, "Shape test starting.");
  shape_began_at_ = now;
  shape_at_ = now;
  last_tick_.reset();
  run_time_.reset();
}

void RunControl::limit_run_time(std::int64_t seconds, base::Instant now, bool is_quiet) {
  is_limit_quiet_ = is_quiet;
  limit_at_.reset();
  run_time_.reset();
  if (seconds <= 0) return;
  limit_at_ = now + std::chrono::seconds(seconds);
  // What an edit says counts from now, what is shown counts from the start.
  const double passed = runner_.is_idle() || !started_at_ ? 0 : base::wall_seconds() - *started_at_;
  run_time_ = static_cast<double>(seconds) + passed;
}

void RunControl::stop(base::Instant now) {
  limit_at_.reset();
  shape_at_.reset();
  runner_.stop(now);
}

void RunControl::quit(base::Instant now) {
  limit_at_.reset();
  shape_at_.reset();
  runner_.quit(now);
}

void RunControl::edit_class(const Json& settings) { runner_.class_edited(cast_.edit(settings), settings); }

const char* RunControl::turn(base::Instant now) {
  const bool was_idle = runner_.is_idle();
  runner_.turn(now);
  if (!was_idle && runner_.is_idle()) {
    ended_at_ = base::wall_seconds();
    limit_at_.reset();
  }
  if (limit_at_ && now >= *limit_at_) {
    limit_at_.reset();
    if (!is_limit_quiet_) return "--run-time limit reached";
    stop(now);
  }
  if (shape_at_ && now >= *shape_at_ && !ask_shape(now)) {
    shape_at_.reset();
    return "Shape test completed";
  }
  return nullptr;
}

std::optional<base::Instant> RunControl::next_at() const {
  std::optional<base::Instant> soonest = runner_.next_at();
  for (const auto& at : {limit_at_, shape_at_})
    if (at && (!soonest || *at < *soonest)) soonest = at;
  return soonest;
}

// False: the shape says that this is the end.
bool RunControl::ask_shape(base::Instant now) {
  shape_at_ = std::max(*shape_at_ + 1s, now);
  LoadTestShape& shape = *cast_.find_shape();
  shape.tell(base::to_seconds(now - shape_began_at_), runner_.user_count());
  std::optional<Tick> tick;
  if (const std::string complaint = native::caught([&] { tick = shape.tick(); }); !complaint.empty()) {
    results_.note_fault();
    log(Level::Critical, kRunners, "Unhandled exception in the shape: {}", complaint);
  }
  if (!tick) return false;
  const bool is_same = last_tick_ && last_tick_->users == tick->users && last_tick_->spawn_rate == tick->spawn_rate &&
                       last_tick_->classes == tick->classes;
  if (is_same) return true;
  last_tick_ = tick;
  log(Level::Info, kRunners, "Shape test updating to {} users at {:.2f} spawn rate", tick->users, tick->spawn_rate);
  Plan plan{.users = tick->users, .spawn_rate = tick->spawn_rate};
  if (!tick->classes.empty()) plan.classes = tick->classes;
  if (!start(plan, now)) log(Level::Error, kRunners, "The shape asks for a user class that does not exist");
  return true;
}

}  // namespace acrida::program
