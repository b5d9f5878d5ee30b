#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cluster/messages.h"
#include "load/dispatcher.h"

namespace acrida::cluster {

// The dispatcher of a running test with its waits: asks for time instead of sleeping, so that messages, liveness and
// ramp do not hold each other up. Or, where somebody else deals (a person's own dispatcher, in Python): what he has
// said last; such a ramp needs no time.
//
// Owner   a Master.  Thread  the master's.
class Ramp {
 public:
  enum class Step { Nothing, Map, End };
  using Shares = std::vector<std::pair<std::string, ClassCounts>>;  // by worker

  bool is_there() const { return dispatcher_.has_value() || is_dealt_elsewhere_; }
  bool is_dealt_elsewhere() const { return is_dealt_elsewhere_; }
  // Still emitting maps (or waiting between two)?
  bool is_under_way() const { return is_under_way_; }

  // Makes the dispatcher of a test that begins.
  void open(std::vector<std::string> workers, std::vector<load::UserClass> classes);
  void open_for_shares();
  void close();
  // False: a class that is unknown.
  bool start(std::int64_t target, double rate, const std::optional<std::vector<std::string>>& classes);
  // Next step that is due at `now`; Map: counts_of() has changed.
  Step next(base::Instant now);
  // The shares that somebody else has dealt, until he has no more.
  void put_shares(Shares&& shares);
  void end() { is_under_way_ = false; }
  std::optional<base::Instant> due_at() const { return is_under_way_ ? due_at_ : std::nullopt; }

  // Taken into account all together with the next map: a thousand that come in one second are one change.
  void add_worker(const std::string& id) { changes_[id] = true; }
  void remove_worker(const std::string& id) { changes_[id] = false; }
  // Workers changed since the last map, and nobody has been told.
  bool is_rebalance_due() const { return dispatcher_ && (!changes_.empty() || dispatcher_->is_rebalance_due()); }
  void set_class(const load::UserClass& edited);

  // True once for each change of workers, for whoever deals elsewhere.
  bool take_change() { return !std::exchange(changes_, {}).empty(); }

  const std::vector<std::string>& workers() const {
    return is_dealt_elsewhere_ ? dealt_to_ : dispatcher_->workers_with_users();
  }
  std::int64_t user_count() const;
  ClassCounts counts_of(std::size_t worker) const;
  ClassCounts totals() const;
  double wait_between_batches() const { return dispatcher_ ? dispatcher_->wait_between_iterations() : 0; }

 private:
  void apply_changes();
  ClassCounts totals_dealt() const;

  std::optional<load::Dispatcher> dispatcher_;
  bool is_dealt_elsewhere_ = false;
  std::vector<std::string> dealt_to_;
  std::vector<ClassCounts> dealt_;
  std::map<std::string, bool> changes_;  // true: comes
  bool is_under_way_ = false;
  std::optional<base::Instant> due_at_;
};

}  // namespace acrida::cluster
