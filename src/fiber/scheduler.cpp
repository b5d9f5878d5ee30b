#include "fiber/scheduler.h"

#include <cstdlib>
#include <exception>
#include <utility>

#include "base/prefetch.h"

namespace acrida::fiber {

Fiber::Fiber(Scheduler& scheduler, Stack stack) : scheduler_(scheduler), stack_(std::move(stack)) {}

Scheduler::Scheduler(std::size_t stack_bytes, std::size_t most_fibers)
    : stack_bytes_(stack_bytes), most_fibers_(most_fibers) {}

Scheduler::~Scheduler() = default;

Fiber* Scheduler::take_fiber() {
  if (!idle_.empty()) {
    Fiber* const fiber = idle_.back().release();
    idle_.pop_back();
    return fiber;
  }
  if (most_fibers_ != 0 && running_ >= most_fibers_) return nullptr;
  Stack stack(stack_bytes_);
  if (!stack) return nullptr;
  auto fiber = std::make_unique<Fiber>(*this, std::move(stack));
  prepare(fiber->context_, fiber->stack_.bottom(), fiber->stack_.size(), live, fiber.get());
  return fiber.release();
}

Fiber* Scheduler::start(void (*job)(void*), void* argument, void* owner) {
  if (current_) std::abort();  // a mistake of ours: jobs are started by the loop
  Fiber* const fiber = take_fiber();
  if (!fiber) return nullptr;
  fiber->job_ = job;
  fiber->argument_ = argument;
  fiber->owner = owner;
  fiber->is_killed_ = false;
  fiber->label_ = nullptr;
  ++running_;
  resume(*fiber);
  return fiber;
}

void Scheduler::live(void* self) {
  Fiber& fiber = *static_cast<Fiber*>(self);
  for (;;) {
    fiber.job_(fiber.argument_);
    fiber.job_ = nullptr;
    switch_context(fiber.context_, fiber.scheduler_.loop_);
  }
}

void Scheduler::resume(Fiber& fiber) {
  if (!std::exchange(has_adopted_, true)) adopt_thread(loop_);
  fiber.is_parked_ = false;
  current_ = &fiber;
  label_.store(fiber.label_, std::memory_order_relaxed);
  switches_.store(switches() + 1, std::memory_order_relaxed);
  switch_context(loop_, fiber.context_);
  current_ = nullptr;
  label_.store(nullptr, std::memory_order_relaxed);
  if (!fiber.job_) let_go(fiber);
}

void Scheduler::let_go(Fiber& fiber) {
  --running_;
  std::unique_ptr<Fiber> ended(&fiber);
  if (idle_.size() < kIdleStacks) idle_.push_back(std::move(ended));
}

void Scheduler::throw_if_killed() const {
  if (current_->is_killed_ && std::uncaught_exceptions() == 0) throw Killed{};
}

void Scheduler::park() {
  Fiber& fiber = *current_;
  throw_if_killed();
  fiber.is_parked_ = true;
  ++fiber.parks_;
  switch_context(fiber.context_, loop_);
  throw_if_killed();
}

void Scheduler::unpark(Fiber& fiber) {
  if (std::exchange(fiber.is_parked_, false)) ready_.push_back(&fiber);
}

void Scheduler::kill(Fiber& fiber) {
  fiber.is_killed_ = true;
  unpark(fiber);
}

void Scheduler::run_ready() {
  constexpr std::size_t kParked = 896, kBelow = 384;
  while (!ready_.empty()) {
    resuming_.swap(ready_);
    // With thousands of fibers neither their stacks nor their owners are in the cache: fetched while the one before
    // runs. Of a stack what it parked with, and what its next calls write below that: writes that wait for memory
    // fill the store buffer, and then everything waits.
    for (std::size_t i = 0; i < resuming_.size(); ++i) {
      if (i + 1 < resuming_.size()) {
        base::prefetch<kBelow + kParked>(static_cast<const char*>(resuming_[i + 1]->context_.where) - kBelow);
        base::prefetch<256>(resuming_[i + 1]->owner);
      }
      resume(*resuming_[i]);
    }
    resuming_.clear();
  }
}

bool Scheduler::has_guard_at(const void* address) const { return current_ && current_->stack_.guards(address); }

}  // namespace acrida::fiber
