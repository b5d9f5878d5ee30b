#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <acrida/scenario.h>
#include "fiber/event.h"
#include "fiber/scheduler.h"
#include "http/local_service.h"
#include "native/report.h"
#include "native/user_state.h"
#include "net/resolver.h"
#include "reactor/reactor.h"

namespace acrida::detail {
struct Base;
}

namespace acrida::native {

struct LoopSettings {
  const std::vector<const detail::UserDefinition*>* classes = nullptr;  // outlives the loop
  const Events* events = nullptr;                                       // outlives the loop
  std::string host;                                                     // for all classes; empty: their own
  std::uint64_t seed = 0;
  void (*ring)(void*) = nullptr;  // tells the owner that the outbox holds something; any thread
  void* ring_argument = nullptr;
};

// What one thread of native users is made of: a reactor, HTTP on it, fibers, the users, and their statistics. Nothing
// of it is shared with another thread but commands (in) and reports (out).
//
// It begins and ends at the bounds of cache lines, so that no other thread writes into its.
//
// Owner   a Crowd, which runs it on a thread of its own.
// Thread  spawn(), ask_to_stop(), kill_leaving(), publish_soon(), stop(), probe() from any; the rest on the loop.
class alignas(64) Loop final : public reactor::Guest {
 public:
  Loop(LoopSettings settings, Outbox& outbox);
  ~Loop();

  // ---- from any thread
  void spawn(std::size_t user_class, std::int64_t count);
  void ask_to_stop(std::size_t user_class, std::int64_t count);
  void kill_leaving();
  void publish_soon();
  // For users of the class from now on: where they send their requests, and what they pick.
  void set_host(std::size_t user_class, std::string host);
  void set_picks(std::size_t user_class, std::vector<std::size_t> picks);
  void run();
  void stop();
  // It ends when whoever blocks it lets it, and tells nobody: its owner is gone then.
  void abandon();
  // What runs now and how often the loop has switched: unchanged for long means that somebody blocks it.
  struct Probe {
    std::uint64_t switches;
    const char* label;  // of whoever runs, as "Shopper.buy"; null: nobody
  };
  Probe probe() const { return {fibers_.switches(), fibers_.label()}; }

  // ---- for the users on it
  static Loop& current();
  static Loop* find_current();
  detail::UserState& user();  // whose code runs
  // std::logic_error unless it is a user of this loop who calls: nobody else can be made to wait here.
  void check_caller(const char* call) {
    if (find_current() != this || !fibers_.current()) refuse(call);
  }
  const std::string& host_of(const detail::UserState& user) const { return classes_[user.class_index].host; }
  fiber::Scheduler& fibers() { return fibers_; }
  reactor::Reactor& reactor() { return reactor_; }
  http::LocalService& service() { return service_; }
  net::Resolver& resolver() { return resolver_; }
  reactor::Mailbox& replies() { return replies_; }
  std::vector<std::unique_ptr<detail::Exchange>>& idle_exchanges() { return idle_exchanges_; }
  void sleep(double seconds);
  void record(std::string_view method, std::string_view name, double ms, std::int64_t bytes, std::string_view error,
              double ended_at);
  void log(bool is_error, std::string text);
  void report_error(const detail::UserState& user, std::string_view message, std::string_view type);

  std::shared_ptr<const detail::Base>& base_of(const std::string& host) { return bases_[host]; }

  // ---- Guest
  void on_wake() override;
  void on_turn() override;
  bool try_sleep() override;

 private:
  [[noreturn]] static void refuse(const char* call);
  struct Command;
  struct Class {
    detail::UserState* oldest = nullptr;
    detail::UserState* youngest = nullptr;
    std::int64_t to_spawn = 0;
    // Copies: the definition's are edited on another thread.
    std::string host;
    std::vector<std::size_t> picks;
  };

  void post(std::unique_ptr<Command> command);
  void handle_commands(reactor::Letter* letter);
  bool collect_replies();
  bool run_due();
  void spawn_some();
  void do_ask_to_stop(std::size_t user_class, std::int64_t count);
  void do_kill_leaving();
  void end_wait(detail::UserState& user, engine::Outcome outcome);
  void make_due(detail::UserState& user);
  void remove(detail::UserState& user);
  void note_end(std::size_t user_class, bool was_leaving);
  void publish();
  void publish_if_due();

  // life.cpp: what a user does
  static void live(void* user);
  void go_on(detail::UserState& user);
  engine::Outcome perform(detail::UserState& user, engine::UserLoop::Step step);
  engine::Outcome run_task(detail::UserState& user);
  template <class Code>
  engine::Outcome guarded(detail::UserState& user, const Code& code);
  bool begin_wait(detail::UserState& user);
  static void on_timer(void* user);
  friend struct detail::UserState;

  LoopSettings settings_;
  Outbox& outbox_;
  reactor::Reactor reactor_;
  http::LocalService service_;
  net::Resolver resolver_;
  fiber::Scheduler fibers_;
  reactor::Mailbox commands_, replies_;
  std::vector<Class> classes_;
  std::deque<detail::UserState*> due_;
  std::vector<std::unique_ptr<detail::Exchange>> idle_exchanges_;
  std::map<std::string, std::shared_ptr<const detail::Base>> bases_;
  std::int64_t users_ = 0, leaving_ = 0, pending_spawns_ = 0;
  std::uint64_t spawned_ = 0, turn_ = 0;
  std::atomic<bool> is_abandoned_ = false;
  bool is_short_of_stacks_ = false;
  bool has_said_stacks_ = false;
  bool must_publish_ = false;
  bool has_news_ = false;
  base::Instant published_at_{};
  reactor::Timer publish_timer_;
  std::unique_ptr<stats::RequestStats> statistics_;
  stats::Entry* last_entry_ = nullptr;  // of statistics_: mostly the next request's, too
  Report news_;                         // since the last publication; its statistics are above
};

// The loop whose user calls; std::logic_error when it is no user.
Loop& loop_of_caller(const char* call);

}  // namespace acrida::native
