#include "reactor/thread.h"

#include <signal.h>
#include <unistd.h>

#include <memory>
#include <system_error>
#include <utility>

namespace acrida::reactor {

namespace {

struct Start {
  std::string name;
  std::function<void()> body;
};

void* run(void* argument) {
  std::unique_ptr<Start> start(static_cast<Start*>(argument));
  pthread_setname_np(pthread_self(), start->name.c_str());
  start->body();
  return nullptr;
}

}  // namespace

Thread::Thread(std::string name, std::function<void()> body) : process_(getpid()) {
  auto start = std::make_unique<Start>(Start{std::move(name), std::move(body)});
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the new thread inherits the mask
  const int error = pthread_create(&handle_, nullptr, run, start.get());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start a thread");
  (void)start.release();
  is_joinable_ = true;
}

bool Thread::is_ours() const { return is_joinable_ && process_ == getpid(); }

void Thread::join() {
  if (is_ours()) pthread_join(handle_, nullptr);
  is_joinable_ = false;
}

void Thread::detach() {
  if (is_ours()) pthread_detach(handle_);
  is_joinable_ = false;
}

}  // namespace acrida::reactor
