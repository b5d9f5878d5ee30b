#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "fiber/context.h"
#include "fiber/killed.h"
#include "fiber/stack.h"

namespace acrida::fiber {

class Scheduler;

// A stack on which one job after the other runs, each from its beginning to its end.
//
// Owner   a Scheduler. Thread: the loop's.
class Fiber {
 public:
  explicit Fiber(Scheduler& scheduler, Stack stack);

  void* owner = nullptr;  // whoever started the job writes here what it wants to find again
  bool is_parked() const { return is_parked_; }
  bool is_being_killed() const { return is_killed_; }
  // It has left what it was killed in: what it does from here on may park again.
  void forgive() { is_killed_ = false; }
  // How often it has given up its turn.
  std::uint64_t parks() const { return parks_; }

 private:
  friend class Scheduler;
  Scheduler& scheduler_;
  Stack stack_;
  Context context_;
  void (*job_)(void*) = nullptr;
  const char* label_ = nullptr;
  void* argument_ = nullptr;
  std::uint64_t parks_ = 0;
  bool is_parked_ = false;  // in park(), and not ready yet
  bool is_killed_ = false;
};

// Runs jobs on fibers, on one thread: a job that calls park() gives its turn back to the loop and goes on some time
// after unpark(). Stacks are kept for the next jobs; a job that has ended holds none.
//
// Owner   a loop's thread; dies on it, when no job is under way.
// Thread  one.
// Fails   start() answers null when there is no stack left; park() throws Killed.
class Scheduler {
 public:
  static constexpr std::size_t kStackBytes = 256 * 1024;

  // `most_fibers` at once; 0: as many as the system has stacks for.
  explicit Scheduler(std::size_t stack_bytes = kStackBytes, std::size_t most_fibers = 0);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // On the loop: runs the job until it ends or parks. Null, and nothing has run, without a stack. Whatever a job throws
  // has to be caught in it.
  Fiber* start(void (*job)(void*), void* argument, void* owner = nullptr);

  // In a job: gives up the turn until somebody calls unpark(), perhaps for another reason: wait in a loop for what you
  // need (see event.h). Throws Killed, now and at every later call, when the fiber was killed; but not while another
  // exception is on its way, since that would end the program.
  void park();

  // The fiber goes on in run_ready(). Does nothing for one that is not parked.
  void unpark(Fiber& fiber);
  // Its park() throws.
  void kill(Fiber& fiber);

  // On the loop: lets all go on who are ready, those who become so meanwhile included.
  void run_ready();
  bool has_ready() const { return !ready_.empty(); }

  Fiber* current() const { return current_; }

  // What the current job is called, for those who watch from other threads: a text that outlives the scheduler.
  void set_label(const char* label) {
    current_->label_ = label;
    label_.store(label, std::memory_order_relaxed);
  }
  // Any thread: the label of the job that runs now (null: none), and how often the loop has gone to a job. Both
  // unchanged for long: the job blocks the loop.
  const char* label() const { return label_.load(std::memory_order_relaxed); }
  std::uint64_t switches() const { return switches_.load(std::memory_order_relaxed); }

  std::size_t running() const { return running_; }  // jobs under way
  std::size_t idle_stacks() const { return idle_.size(); }
  bool has_guard_at(const void* address) const;  // whose stack was too small

 private:
  // What is kept for the next burst; more is given back.
  static constexpr std::size_t kIdleStacks = 512;

  static void live(void* fiber);
  Fiber* take_fiber();
  void resume(Fiber& fiber);
  void let_go(Fiber& fiber);
  void throw_if_killed() const;

  const std::size_t stack_bytes_;
  const std::size_t most_fibers_;
  Context loop_;
  bool has_adopted_ = false;
  Fiber* current_ = nullptr;
  std::size_t running_ = 0;
  std::atomic<const char*> label_{nullptr};
  std::atomic<std::uint64_t> switches_{0};
  std::vector<std::unique_ptr<Fiber>> idle_;
  std::vector<Fiber*> ready_, resuming_;
};

}  // namespace acrida::fiber
