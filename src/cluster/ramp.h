#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cluster/messages.h"
#include "load/dispatcher.h"

namespace acrida::cluster {

// The dispatcher of a running test with its waits: asks for time instead of sleeping, so that messages, liveness and
// ramp do not hold each other up.
//
// Owner   a Master.  Thread  the master's.
class Ramp {
 public:
  enum class Step { Nothing, Map, End };

  bool is_there() const { return dispatcher_.has_value(); }
  // Still emitting maps (or waiting between two)?
  bool is_under_way() const { return is_under_way_; }

  // Makes the dispatcher of a test that begins.
  void open(std::vector<std::string> workers, std::vector<load::UserClass> classes);
  void close();
  // False: a class that is unknown.
  bool start(std::int64_t target, double rate, const std::optional<std::vector<std::string>>& classes);
  // Next step that is due at `now`; Map: counts_of() has changed.
  Step next(base::Instant now);
  std::optional<base::Instant> due_at() const { return is_under_way_ ? due_at_ : std::nullopt; }

  bool add_worker(const std::string& id) { return dispatcher_ && dispatcher_->add_worker(id); }
  bool remove_worker(const std::string& id) { return dispatcher_ && dispatcher_->remove_worker(id); }
  void set_class(const load::UserClass& edited);

  const std::vector<std::string>& workers() const { return dispatcher_->workers_with_users(); }
  std::int64_t user_count() const { return dispatcher_ ? dispatcher_->user_count() : 0; }
  ClassCounts counts_of(std::size_t worker) const;
  ClassCounts totals() const;
  double wait_between_batches() const { return dispatcher_ ? dispatcher_->wait_between_iterations() : 0; }

 private:
  std::optional<load::Dispatcher> dispatcher_;
  bool is_under_way_ = false;
  std::optional<base::Instant> due_at_;
};

}  // namespace acrida::cluster
