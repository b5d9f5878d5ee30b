#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <acrida/scenario.h>
#include "engine/user_host.h"
#include "native/loop.h"
#include "native/report.h"
#include "reactor/thread.h"
#include "stats/request_stats.h"

namespace acrida::native {

struct CrowdSettings {
  int threads = 1;
  std::string host = {};
  std::uint64_t seed = 1;
  void (*ring)(void*) = nullptr;
  void* ring_argument = nullptr;
  // How long a task may go on without a pause when all users of its loop were told to end.
  base::Duration patience = std::chrono::seconds(10);
};

// All native users of a run, on loop threads of their own.
//
// Owner   whoever runs the test; the definitions and events outlive it. Of a definition only host, weight, fixed count
//         and the picks of the user itself may change meanwhile.
// Thread  the owner's, one at a time. The ring is called on the loops' threads.
// Fails   the constructor throws std::system_error when the system has no descriptor or thread left.
class Crowd final : public engine::UserHost {
 public:
  Crowd(std::vector<const detail::UserDefinition*> classes, const Events& events, const CrowdSettings& settings);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // ---- UserHost
  void spawn(std::size_t user_class, std::int64_t count) override;
  void ask_to_stop(std::size_t user_class, std::int64_t count) override;
  void kill_leaving() override;
  std::int64_t staying(std::size_t user_class) const override;
  std::int64_t leaving() const override;
  std::int64_t leaving(std::size_t user_class) const;
  std::int64_t alive() const;

  // What the loops have told since the last call: statistics are added to `total`, counts of users taken over; errors
  // and log lines come back. Users who cannot be ended, since one of them has blocked their loop for longer than
  // CrowdSettings::patience, are given up: that is told as an error, and their thread is left to itself.
  Report collect(stats::RequestStats& total);
  // The same when every loop has told all it knows, unless one is blocked for longer than `patience`.
  Report collect_all(stats::RequestStats& total, base::Duration patience = std::chrono::seconds(1));
  // Once in a while (some 4 times a second): a sentence for each task that has blocked its loop since the last call.
  std::vector<std::string> look_for_blockers();

  // For users from now on; empty: the host of each class.
  void set_host(const std::string& host);
  // The definition was edited: its users pick from its picks from now on, and new ones have its host, if that is new.
  void class_edited(std::string_view name, bool has_new_host);

  http::ServiceCounters counters() const;  // of all loops since the beginning, as far as they have told
  const std::vector<const detail::UserDefinition*>& classes() const { return *classes_; }
  std::size_t threads() const { return nodes_.size(); }
  // From then on the events and definitions must never be destroyed: a thread that nobody waits for still has them.
  bool has_given_up() const { return has_given_up_; }
  // Its users' tasks are given up; what they have told stays to be collected.
  void stop();

 private:
  struct Counts {
    std::int64_t staying = 0, leaving = 0;
  };
  // One loop with its thread. No other thread writes into the cache lines of a loop but to its letter boxes; what its
  // users need per request is allocated by its own thread.
  static_assert(alignof(Loop) == 64 && sizeof(Loop) % 64 == 0);
  struct Node {
    Node(const CrowdSettings& settings, const std::vector<const detail::UserDefinition*>& classes, const Events& events,
         std::size_t index);
    Outbox outbox;
    Loop loop;
    std::vector<Counts> counts;
    http::ServiceCounters counters;
    std::uint64_t publications = 0;
    Loop::Probe seen{};
    int times_unchanged = 0;
    std::uint64_t switches_when_killed = 0;
    std::optional<base::Instant> unchanged_since;  // since it was to kill everybody
    std::unique_ptr<reactor::Thread> thread;
  };
  void take(Node& node, Report& sum, stats::RequestStats& total);
  std::unique_ptr<Node> make_node();
  void give_up_blocked(Report& sum);
  void give_up(std::unique_ptr<Node>& node, const char* label, Report& sum);

  const CrowdSettings settings_;
  const Events& events_;
  // On the heap, to stay there for loops that are given up.
  std::unique_ptr<const std::vector<const detail::UserDefinition*>> classes_;
  std::vector<std::unique_ptr<Node>> nodes_;
  http::ServiceCounters counters_of_given_up_{};
  std::size_t loops_made_ = 0;
  bool has_given_up_ = false;
  std::vector<std::string> told_blockers_;
  std::size_t next_node_ = 0;
};

}  // namespace acrida::native
