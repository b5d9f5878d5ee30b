#include "native/crash.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "native/loop.h"

namespace acrida::native {

namespace {

constexpr std::size_t kStackBytes = 32 * 1024;
constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
std::array<struct sigaction, kSignals.size()> g_before;

void say(const char* text) {
  if (text) [[maybe_unused]]
    const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
}

// Only what a signal handler may do: no allocation, no lock.
void on_crash(int signal, siginfo_t* info, void* context) {
  Loop* const loop = Loop::find_current();
  if (const char* label = loop ? loop->probe().label : nullptr) {
    say("\nacrida: the scenario crashed in ");
    say(label);
    if ((signal == SIGSEGV || signal == SIGBUS) && loop->fibers().has_guard_at(info->si_addr))
      say(": its stack is full (256 KB). Put big objects on the heap, and mind recursion.");
    else {
      say(": signal ");
      say(sigabbrev_np(signal));
      say(signal == SIGABRT ? " (std::terminate: an exception left a destructor or a noexcept function?)" : "");
    }
    say("\n");
  }
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    if (kSignals[i] != signal) continue;
    const struct sigaction& before = g_before[i];
    if (before.sa_flags & SA_SIGINFO) return before.sa_sigaction(signal, info, context);
    if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) return before.sa_handler(signal);
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

void install() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction action {};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(kSignals[i], &action, &g_before[i]);
  }
}

}  // namespace

CrashReporter::CrashReporter() : stack_(new char[kStackBytes]) {
  static const bool installed = (install(), true);
  (void)installed;
  const stack_t stack{.ss_sp = stack_.get(), .ss_flags = 0, .ss_size = kStackBytes};
  sigaltstack(&stack, nullptr);
  // A thread of ours blocks all signals; those that a crash sends must come through.
  sigset_t set;
  sigemptyset(&set);
  for (int signal : kSignals) sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

CrashReporter::~CrashReporter() {
  const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  sigaltstack(&none, nullptr);
}

}  // namespace acrida::native
