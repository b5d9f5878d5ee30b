#include "program/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "program/log.h"

namespace acrida::program {

namespace {

constexpr int kCode = 130;  // of a program that was interrupted, as shells have it
constexpr unsigned kFarewellSeconds = 1;

sigset_t both() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

reactor::Descriptor checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return reactor::Descriptor(fd);
}

reactor::Descriptor open_signals() {
  const sigset_t set = both();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return checked(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

reactor::Descriptor open_event() { return checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"); }

// What it says may meet a lock of a thread that hangs, or a pipe that nobody reads: then it is left unsaid.
[[noreturn]] void end_at_once() {
  signal(SIGALRM, [](int) { _exit(kCode); });
  alarm(kFarewellSeconds);
  log(Level::Warning, kMain, "Interrupted again: ending at once, without waiting for users");
  std::fflush(nullptr);
  _exit(kCode);
}

}  // namespace

Signals::Signals(pid_t parent)
    : parent_(parent),
      signals_(open_signals()),
      bell_(open_event()),
      stop_(open_event()),
      thread_("acrida-signals", [this] { listen(); }) {}

Signals::~Signals() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
  const sigset_t set = both();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Signals::take() {
  eventfd_t rings = 0;
  if (eventfd_read(bell_.get(), &rings) != 0) return;
  if (!std::exchange(is_taken_, true) && first_ == SIGTERM) log(Level::Info, kMain, "Got SIGTERM signal");
}

void Signals::listen() {
  pollfd fds[2] = {{signals_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  while (true) {
    if (poll(fds, 2, -1) < 0) continue;
    if (fds[1].revents) return;
    signalfd_siginfo info{};
    if (read(signals_.get(), &info, sizeof info) != sizeof info) continue;
    const bool is_passed_on = parent_ != 0 && static_cast<pid_t>(info.ssi_pid) == parent_;
    int none = 0;
    first_.compare_exchange_strong(none, static_cast<int>(info.ssi_signo));
    if (!is_passed_on && ++count_ > 1 && !is_second_left_) end_at_once();
    eventfd_write(bell_.get(), 1);
  }
}

}  // namespace acrida::program
