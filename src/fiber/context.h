#pragma once

#include <array>
#include <cstddef>

namespace acrida::fiber {

// A place where execution can go on: that of the loop, or of a fiber that does not run now.
//
// Owner   a Scheduler (the loop's) or a Fiber.
// Thread  the loop's.
struct Context {
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context();

  void* where = nullptr;           // Boost.Context's fcontext_t
  void (*entry)(void*) = nullptr;  // where a fiber begins; null: a thread's own stack
  void* argument = nullptr;
  // What the C++ runtime knows of exceptions in flight: per thread there, per fiber here. Without it a fiber that parks
  // inside of a catch block would find another fiber's exception when it comes back.
  std::array<void*, 2> exceptions{};
  // For the sanitizers, which have to know of each stack.
  void* fake_stack = nullptr;
  const void* stack_bottom = nullptr;
  std::size_t stack_bytes = 0;
  void* shadow = nullptr;
};

// Makes `context` begin in `entry(argument)` on that stack, at the first switch to it. `entry` never returns.
void prepare(Context& context, char* stack_bottom, std::size_t stack_bytes, void (*entry)(void*), void* argument);

// The context of the thread's own stack: call it on the thread before the first switch.
void adopt_thread(Context& context);

// Leaves `from` and goes on in `to`; returns when somebody switches back. The only place where stacks change.
void switch_context(Context& from, Context& to);

}  // namespace acrida::fiber
