#pragma once

#include <list>
#include <memory>
#include <string>

#include "web/http.h"
#include "web/live_state.h"

namespace acrida::web {

// The open streams of /events.
//
// Owner   the site.
// Thread  the loop's.
// Fails   never. A viewer that does not keep up misses deltas and gets the whole state when it has caught up.
class EventStreams {
 public:
  EventStreams(RunView& view, LiveStats& statistics) : state_(view, statistics) {}

  void add(const std::shared_ptr<Exchange>& exchange, double now, double hub_lag_seconds);
  // Once a second.
  void tick(double now, double hub_lag_seconds);
  std::size_t size() const { return viewers_.size(); }
  void close();

 private:
  struct Viewer {
    std::shared_ptr<Exchange> exchange;
    bool has_missed = false;
  };
  void send(Viewer& viewer, const std::string& event, double now, double hub_lag_seconds);
  LiveState::Now at(double now, double hub_lag_seconds) const { return {now, viewers_.size(), hub_lag_seconds}; }

  LiveState state_;
  std::list<std::shared_ptr<Viewer>> viewers_;
  double last_sign_of_life_ = 0;
};

}  // namespace acrida::web
