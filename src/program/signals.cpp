#include "program/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "program/log.h"

namespace acrida::program {

namespace {

reactor::Descriptor open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  reactor::Descriptor descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor) throw std::system_error(errno, std::generic_category(), "signalfd");
  return descriptor;
}

}  // namespace

Signals::Signals() : descriptor_(open_signals()) {}

int Signals::read_one() {
  signalfd_siginfo info{};
  return read(descriptor_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

void Signals::take() {
  const int signal = read_one();
  if (signal == 0) return;
  if (signal == SIGTERM) log(Level::Info, kMain, "Got SIGTERM signal");
  if (++count_ == 1) return;
  log(Level::Warning, kMain, "Interrupted again: ending at once, without waiting for users");
  std::fflush(nullptr);
  _exit(130);
}

}  // namespace acrida::program
