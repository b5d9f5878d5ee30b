#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/time.h"

namespace acrida::cluster {

// Workers of the base dialect that a master hears and does not know: it was started anew, or has given them up. They
// believe to belong to it, work on for a minute and never greet again by themselves. A stop makes them: whoever works
// stops, and greets. Java workers at rest ignore it; what is still there then is taken as if it had greeted.
//
// Owner   a Master.  Thread  the master's.
class Strangers {
 public:
  enum class Step { Nothing, Stop, Welcome };

  // A heartbeat of one.
  Step heard(const std::string& id, bool is_at_rest, base::Instant now);
  bool contains(const std::string& id) const { return known_.contains(id); }
  // It has greeted.
  void forget(const std::string& id) { known_.erase(id); }

 private:
  static constexpr std::size_t kMost = 10'000;  // remembered at a time
  struct Stranger {
    base::Instant heard_at, next_at;
    int stops = 0;
  };
  std::map<std::string, Stranger> known_;
};

}  // namespace acrida::cluster
