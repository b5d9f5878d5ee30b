#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "load/picks.h"

namespace acrida::load {

struct UserClass {
  std::string name;
  double weight = 1;
  std::int64_t fixed_count = 0;  // above 0: exactly so many, the weight does not count
};

// How many users of each class each worker should run, and who comes and goes next.
//
// Owner   a Dispatcher.  Thread  any, one at a time.  Fails  add_user() when no class is left to pick.
class Allotment {
 public:
  Allotment(std::vector<std::string> workers, std::vector<UserClass> classes);

  // As ids of workers in dealing order, classes as given, counts[worker][class].
  const std::vector<std::string>& workers() const { return workers_; }
  const std::vector<UserClass>& classes() const { return classes_; }
  const std::vector<std::vector<std::int64_t>>& counts() const { return counts_; }
  std::int64_t user_count() const { return static_cast<std::int64_t>(stack_.size()); }

  bool add_user();
  void remove_user();  // the one that was added last

  // Read at the first pick after a change of classes or workers; a fixed count also when users were removed.
  void set_class(std::size_t user_class, double weight, std::int64_t fixed_count);
  // From now on picks only these; users of others stay until they are removed.
  void select(std::vector<std::size_t> classes);
  const std::vector<std::size_t>& selected() const { return selected_; }

  // Another set of workers: everything is dealt anew, as many users as before.
  void deal_to(std::vector<std::string> workers);

 private:
  struct Placed {
    std::size_t worker, user_class;
  };
  std::optional<std::size_t> pick();
  void forget_picks();
  Picks make_picks() const;
  void list_missing_fixed();
  std::int64_t total_of(std::size_t user_class) const;

  std::vector<std::string> workers_;
  std::vector<UserClass> classes_;
  std::vector<std::size_t> selected_;
  std::vector<std::vector<std::int64_t>> counts_;
  std::vector<Placed> stack_;
  std::optional<Picks> weighted_;           // made at the first pick
  std::vector<std::size_t> missing_fixed_;  // to be placed first, in reverse order
  bool look_for_missing_fixed_ = true;
  std::size_t next_worker_ = 0;
};

}  // namespace acrida::load
