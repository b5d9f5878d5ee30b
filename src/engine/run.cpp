#include "engine/run.h"

#include <algorithm>
#include <utility>

namespace acrida::engine {

namespace {
double seconds(base::Instant at) { return base::to_seconds(at.time_since_epoch()); }
}  // namespace

Run::Run(UserHost& host, std::vector<load::UserClass> classes, base::Duration stop_timeout)
    : host_(host), classes_(std::move(classes)), stop_timeout_(stop_timeout) {}

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

void Run::on_time(base::Instant now) {
  if (state_ == RunState::Cleanup) return step_stop(now);
  if (killed_at_ && now >= *killed_at_) {
    killed_at_.reset();
    if (host_.leaving() > 0) host_.kill_leaving();
  }
  if (ramp_at_ && now >= *ramp_at_) step_ramp(now);
}

std::optional<base::Instant> Run::next_at() const {
  if (ramp_at_ && killed_at_) return std::min(*ramp_at_, *killed_at_);
  return ramp_at_ ? ramp_at_ : killed_at_;
}

void Run::step_ramp(base::Instant now) {
  for (;;) {
    const auto [what, wait] = dispatcher_->next(seconds(now));
    if (what == load::Dispatcher::What::Emit) {
      apply(dispatcher_->counts().front());
      if (host_.leaving() > 0 && !killed_at_) killed_at_ = now + stop_timeout_;
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

void Run::apply(const std::vector<std::int64_t>& wanted) {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (const std::int64_t missing = wanted[i] - host_.staying(i); missing > 0) host_.spawn(i, missing);
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (const std::int64_t surplus = host_.staying(i) - wanted[i]; surplus > 0) host_.ask_to_stop(i, surplus);
  if (host_.leaving() > 0 && stop_timeout_ == base::Duration(0)) host_.kill_leaving();
}

void Run::stop(base::Instant now) {
  if (state_ == RunState::Cleanup || state_ == RunState::Stopped) return;
  note(Notice::What::TestStopping);
  state_ = RunState::Cleanup;
  ramp_at_.reset();
  for (std::size_t i = 0; i < classes_.size(); ++i)
    if (const std::int64_t staying = host_.staying(i); staying > 0) host_.ask_to_stop(i, staying);
  killed_at_ = now + stop_timeout_;
  step_stop(now);
}

void Run::step_stop(base::Instant now) {
  if (host_.leaving() > 0 && killed_at_ && now >= *killed_at_) {
    if (stop_timeout_ > base::Duration(0)) note(Notice::What::KillingTheRest, host_.leaving());
    killed_at_.reset();
    host_.kill_leaving();
  }
  if (host_.leaving() > 0) return;
  killed_at_.reset();
  dispatcher_.reset();
  state_ = RunState::Stopped;
  note(Notice::What::TestStop);
}

}  // namespace acrida::engine
