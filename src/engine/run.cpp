#include "engine/run.h"

#include <algorithm>
#include <utility>

namespace acrida::engine {

namespace {
double seconds(base::Instant at) { return base::to_seconds(at.time_since_epoch()); }
}  // namespace

Run::Run(UserHost& host, std::vector<load::UserClass> classes, base::Duration stop_timeout)
    : host_(host), classes_(std::move(classes)), crew_(host, classes_.size(), stop_timeout) {}

bool Run::start(const Plan& plan, base::Instant now) {
  if (state_ == RunState::Cleanup) return false;
  const bool begins = state_ == RunState::Ready || state_ == RunState::Stopped;
  if (begins) dispatcher_.emplace(std::vector<std::string>{"local"}, classes_);
  if (!dispatcher_->start(plan.users, plan.spawn_rate, plan.classes)) return false;
  target_ = plan.users;
  if (begins) note(Notice::What::TestStart);
  state_ = RunState::Spawning;
  ramp_at_ = now;
  on_time(now);
  return true;
}

bool Run::set_class(const load::UserClass& edited) {
  const auto known =
      std::find_if(classes_.begin(), classes_.end(), [&](const auto& each) { return each.name == edited.name; });
  if (known == classes_.end()) return false;
  *known = edited;
  if (dispatcher_) dispatcher_->set_class(edited.name, edited.weight, edited.fixed_count);
  return true;
}

void Run::on_time(base::Instant now) {
  if (state_ == RunState::Cleanup) return step_stop(now);
  crew_.on_time(now);
  if (ramp_at_ && now >= *ramp_at_) step_ramp(now);
}

std::optional<base::Instant> Run::next_at() const {
  const auto killed_at = crew_.next_at();
  if (ramp_at_ && killed_at) return std::min(*ramp_at_, *killed_at);
  return ramp_at_ ? ramp_at_ : killed_at;
}

void Run::step_ramp(base::Instant now) {
  for (;;) {
    const auto [what, wait] = dispatcher_->next(seconds(now));
    if (what == load::Dispatcher::What::Emit) {
      crew_.apply(dispatcher_->counts().front(), now);
    } else if (what == load::Dispatcher::What::Wait) {
      if (wait <= 0) continue;
      ramp_at_ = now + base::from_seconds(wait);
      return;
    } else {
      ramp_at_.reset();
      state_ = RunState::Running;
      return note(Notice::What::SpawningComplete, dispatcher_->user_count());
    }
  }
}

void Run::stop(base::Instant now) {
  if (state_ == RunState::Cleanup || state_ == RunState::Stopped) return;
  note(Notice::What::TestStopping);
  state_ = RunState::Cleanup;
  ramp_at_.reset();
  crew_.dismiss(now);
  step_stop(now);
}

void Run::step_stop(base::Instant now) {
  const std::int64_t late = host_.leaving();
  if (crew_.on_time(now)) note(Notice::What::KillingTheRest, late);
  if (!crew_.is_settled()) return;
  dispatcher_.reset();
  state_ = RunState::Stopped;
  note(Notice::What::TestStop);
}

}  // namespace acrida::engine
