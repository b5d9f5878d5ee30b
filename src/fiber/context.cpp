#include "fiber/context.h"

#include <cxxabi.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define ACRIDA_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#define ACRIDA_TSAN 1
#endif

namespace acrida::fiber {

namespace {

using boost::context::detail::transfer_t;

// What travels with a switch; lives on the stack that is left.
struct Passage {
  Context* from;
  Context* to;
};

void leave([[maybe_unused]] Context& from, [[maybe_unused]] Context& to) {
  std::memcpy(from.exceptions.data(), __cxxabiv1::__cxa_get_globals(), sizeof from.exceptions);
#ifdef ACRIDA_ASAN
  __sanitizer_start_switch_fiber(&from.fake_stack, to.stack_bottom, to.stack_bytes);
#endif
#ifdef ACRIDA_TSAN
  __tsan_switch_to_fiber(to.shadow, 0);
#endif
}

void arrive(const transfer_t& transfer) {
  const Passage& passage = *static_cast<Passage*>(transfer.data);
  passage.from->where = transfer.fctx;
#ifdef ACRIDA_ASAN
  __sanitizer_finish_switch_fiber(passage.to->fake_stack, &passage.from->stack_bottom, &passage.from->stack_bytes);
#endif
  std::memcpy(__cxxabiv1::__cxa_get_globals(), passage.to->exceptions.data(), sizeof passage.to->exceptions);
}

void begin(transfer_t transfer) {
  Context& own = *static_cast<Passage*>(transfer.data)->to;
  arrive(transfer);
  own.entry(own.argument);
  __builtin_unreachable();
}

}  // namespace

Context::~Context() {
#ifdef ACRIDA_TSAN
  if (shadow && entry) __tsan_destroy_fiber(shadow);
#endif
}

void prepare(Context& context, char* stack_bottom, std::size_t stack_bytes, void (*entry)(void*), void* argument) {
  context.entry = entry;
  context.argument = argument;
  context.stack_bottom = stack_bottom;
  context.stack_bytes = stack_bytes;
  context.where = boost::context::detail::make_fcontext(stack_bottom + stack_bytes, stack_bytes, begin);
#ifdef ACRIDA_TSAN
  context.shadow = __tsan_create_fiber(0);
#endif
}

void adopt_thread([[maybe_unused]] Context& context) {
#ifdef ACRIDA_TSAN
  context.shadow = __tsan_get_current_fiber();
#endif
}

[[gnu::noinline]] void switch_context(Context& from, Context& to) {
  Passage passage{&from, &to};
  leave(from, to);
  arrive(boost::context::detail::jump_fcontext(to.where, &passage));
}

}  // namespace acrida::fiber
