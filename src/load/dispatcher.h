#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/allotment.h"

namespace acrida::load {

struct Rate {
  double per_second = 1;
};

// Turns "so many users at so many per second" into a sequence of maps (how many users of each class each worker should
// run) and the waits between them. Pure: time comes in, waits go out.
//
//   dispatcher.start(500, {20});
//   for (;;) switch (auto [what, wait] = dispatcher.next(now()); what) {
//     case Emit: apply(dispatcher.counts()) …   // the wanted state, not a difference
//     case Wait: sleep(wait) …
//     case End:  return;
//   }
//
// A start while another is under way goes on from the users there are. A change of workers deals all users anew; the
// map that results goes out with the next one.
//
// Owner   whoever runs a test.  Thread  any, one at a time.
// Fails   unknown class names and workers are refused by the functions that take them (false).
class Dispatcher {
 public:
  enum class What { Emit, Wait, End };
  struct Step {
    What what;
    double wait_seconds = 0;
  };

  Dispatcher(std::vector<std::string> worker_ids, std::vector<UserClass> classes);

  // `target` at least 0, `rate` above 0. `classes`: the only ones to pick from now on; false if one is unknown.
  bool start(std::int64_t target, Rate rate, const std::optional<std::vector<std::string>>& classes = std::nullopt);
  // What to do next; `now_seconds` on any clock that does not jump.
  Step next(double now_seconds);

  // False, and no change, for a worker that is there already or is not there. When the last one leaves, the users stay
  // with it until another comes.
  bool add_worker(const std::string& id);
  bool remove_worker(const std::string& id);
  // Several at once, dealt anew once.
  void change_workers(const std::vector<std::string>& gone, const std::vector<std::string>& come);
  bool set_class(std::string_view name, double weight, std::int64_t fixed_count);

  // Those who are there, in dealing order; and those whom counts() is about.
  const std::vector<std::string>& workers() const { return workers_; }
  const std::vector<std::string>& workers_with_users() const { return allotment_.workers(); }
  const std::vector<UserClass>& classes() const { return allotment_.classes(); }
  const std::vector<std::vector<std::int64_t>>& counts() const { return allotment_.counts(); }
  std::int64_t user_count() const { return allotment_.user_count(); }
  bool is_in_progress() const { return phase_ != Phase::Done; }

  std::int64_t users_per_iteration() const { return per_iteration_; }
  double wait_between_iterations() const { return wait_; }
  void set_wait_between_iterations(double seconds) { wait_ = seconds; }
  // The next map is a repetition: somebody has to be told who was not there.
  bool is_rebalance_due() const { return rebalance_due_; }
  void set_rebalance_due(bool due) { rebalance_due_ = due; }

 private:
  enum class Phase { Begin, Up, Down, Done };
  Step emit(bool then_wait);
  void add_batch();
  void remove_batch();
  void deal_anew();
  std::optional<std::size_t> find_class(std::string_view name) const;

  std::vector<std::string> workers_;
  Allotment allotment_;
  Phase phase_ = Phase::Done;
  std::int64_t target_ = 0;
  std::int64_t per_iteration_ = 1;
  double wait_ = 1;
  double iteration_began_ = 0;
  bool rebalance_due_ = false;
  bool has_emitted_ = false;  // a change of workers since then is told at once
  bool wait_is_due_ = false;
  bool is_exhausted_ = false;  // nothing left to pick
};

}  // namespace acrida::load
