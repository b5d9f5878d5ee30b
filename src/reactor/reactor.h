#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "reactor/descriptor.h"
#include "reactor/timer_wheel.h"

namespace acrida::reactor {

// What the kernel says about a descriptor since it last spoke (edges, not levels).
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hangup = false;  // the peer will send no more, or the descriptor has failed: reading tells which
};

// Whoever owns a registered descriptor.
class Handler {
 public:
  virtual void on_ready(Readiness readiness) = 0;
  // on_ready() comes next but one or so: fetch the memory it will need (base/prefetch.h).
  virtual void expect() const {}

 protected:
  ~Handler() = default;
};

// What else happens on the loop's thread: the side of a service that other threads post to.
class Guest {
 public:
  // wake() was called by another thread since the last turn.
  virtual void on_wake() = 0;
  // After descriptors and timers of each turn.
  virtual void on_turn() = 0;
  // Before the loop blocks: true if nothing is waiting and posters know that they must call wake().
  virtual bool try_sleep() = 0;

 protected:
  ~Guest() = default;
};

// One thread's loop: edge-triggered descriptors first, then timers, then the guest.
//
// Owner   a service's thread; dies after run() has returned.
// Thread  everything on the loop's thread, except wake() and stop().
// Fails   the constructor throws std::system_error when the system has no descriptor left; add() answers false.
class Reactor {
 public:
  Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Registers for everything, once in a descriptor's life.
  bool add(int fd, Handler* handler);
  // The handler dies or changes its descriptor: nothing reaches it any more. To be called before `fd` is closed, and
  // not left to close(): a forked child may still hold the same socket, and then the kernel goes on reporting it.
  void forget(int fd, Handler* handler);
  // The handler used up its read budget: it is called again as readable in the next turn.
  void revisit(Handler* handler) { revisits_.push_back(handler); }

  TimerWheel& timers() { return timers_; }
  // The clock as read at the start of this turn.
  base::Instant now() const { return now_; }

  void run(Guest& guest);
  void stop();
  // Ends the loop's sleep. Any thread.
  void wake();

 private:
  void wait_and_dispatch(bool may_sleep, Guest& guest);
  void visit_again();
  int wait_ms(bool may_sleep) const;
  void expect_behind(int event) const;

  // What the other thread is told in one batch: of more, the first would have left the cache when the last is through
  // (measured with 1,000 connections: 64 against 256, 7 % less; 32 costs more with 50).
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kHandlerBytes = 320;  // a connection

  Descriptor epoll_;
  Descriptor wake_;
  std::atomic<bool> is_stopping_{false};
  base::Instant now_;
  TimerWheel timers_;
  std::array<epoll_event, kBatch> events_{};
  int next_event_ = 0, event_count_ = 0;  // what of the batch is still to be handed out
  std::vector<Handler*> revisits_;        // for the next turn
  std::vector<Handler*> visiting_;        // of this turn
};

}  // namespace acrida::reactor
