#include "web/event_streams.h"

#include <fmt/core.h>

#include <utility>

#include "web/answers.h"

namespace acrida::web {

namespace {

constexpr double kSignOfLife = 5;  // seconds
constexpr std::size_t kMostUnsent = 1024 * 1024;

std::string event(const char* name, const Json& data) {
  return fmt::format("event: {}\ndata: {}\n\n", name, compact(data));
}

}  // namespace

void EventStreams::add(const std::shared_ptr<Exchange>& exchange, double now, double hub_lag_seconds) {
  auto viewer = std::make_shared<Viewer>();
  viewer->exchange = exchange;
  viewers_.push_back(viewer);
  exchange->on_gone = [this, weak = std::weak_ptr(viewer)] {
    if (const auto gone = weak.lock()) viewers_.remove(gone);
  };
  exchange->begin({200,
                   "text/event-stream",
                   {},
                   {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}, {"Access-Control-Allow-Origin", "*"}}});
  exchange->push("retry: 1000\n\n" +
                 event("snapshot", state_.snapshot(at(now, hub_lag_seconds), viewers_.size() == 1)));
}

void EventStreams::send(Viewer& viewer, const std::string& text, double now, double hub_lag_seconds) {
  if (viewer.exchange->unsent_bytes() > kMostUnsent) {
    viewer.has_missed = true;
    return;
  }
  const bool needs_all = std::exchange(viewer.has_missed, false);
  viewer.exchange->push(needs_all ? event("snapshot", state_.snapshot(at(now, hub_lag_seconds), false)) : text);
}

void EventStreams::tick(double now, double hub_lag_seconds) {
  if (viewers_.empty()) return;
  bool is_anew = false;
  const std::optional<Json> changed = state_.delta(at(now, hub_lag_seconds), &is_anew);
  const bool is_quiet = now - last_sign_of_life_ >= kSignOfLife;
  std::string text;
  if (changed)
    text = is_anew ? event("snapshot", state_.snapshot(at(now, hub_lag_seconds), false)) : event("delta", *changed);
  else if (is_quiet)
    text = ": still here\n\n";
  if (text.empty()) return;
  last_sign_of_life_ = now;
  // A viewer may leave while it is sent to.
  const auto viewers = viewers_;
  for (const auto& viewer : viewers) send(*viewer, text, now, hub_lag_seconds);
}

void EventStreams::close() {
  const auto viewers = std::exchange(viewers_, {});
  for (const auto& viewer : viewers) {
    viewer->exchange->on_gone = nullptr;
    viewer->exchange->end();
  }
}

}  // namespace acrida::web
