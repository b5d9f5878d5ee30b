#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "engine/user_host.h"

namespace acrida::engine {

// Brings the users of a host to wanted numbers: those who come come at once, those who leave get their time and are
// then ended where they are. Told the time.
//
// Owner   a Run, or the worker of a swarm. Thread: one. Pure. Fails: never.
class Crew {
 public:
  Crew(UserHost& host, std::size_t classes, base::Duration stop_timeout)
      : host_(host), classes_(classes), stop_timeout_(stop_timeout) {}

  void set_stop_timeout(base::Duration timeout) { stop_timeout_ = timeout; }
  // `wanted`: users of each class.
  void apply(const std::vector<std::int64_t>& wanted, base::Instant now);
  // All leave; their time counts from now, also that of those who were leaving already.
  void dismiss(base::Instant now);
  // True if users had not left in their time and are being ended now.
  bool on_time(base::Instant now);
  std::optional<base::Instant> next_at() const { return killed_at_; }
  // Everybody who was to leave has left.
  bool is_settled() const { return host_.leaving() == 0; }

 private:
  UserHost& host_;
  const std::size_t classes_;
  base::Duration stop_timeout_;
  std::optional<base::Instant> killed_at_;
};

}  // namespace acrida::engine
