#include "app/control_thread.h"

#include <fmt/core.h>
#include <pthread.h>

#include <cstdio>
#include <exception>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace acrida::app {

ControlThread::ControlThread() : thread_("acrida-control", [this] { run(); }) {}

ControlThread::~ControlThread() { stop(); }

void ControlThread::run() {
  for (;;) {
    try {
      loop_.run();
      return;
    } catch (const std::exception& error) {
      fmt::print(stderr, "acrida: a handler of the control thread failed: {}. Please report this.\n", error.what());
    }
  }
}

void ControlThread::stop() {
  if (std::exchange(is_stopped_, true)) return;
  loop_.stop();
  thread_.join();
}

namespace {

std::mutex mutex;
ControlThread* current = nullptr;

// Runs in the child: the mutex may be held by a thread that was not copied.
void forget_in_child() {
  new (&mutex) std::mutex;
  current = nullptr;
}

}  // namespace

ControlThread& control_thread() {
  std::lock_guard lock(mutex);
  if (!current) {
    static const int registered = pthread_atfork(nullptr, nullptr, forget_in_child);
    (void)registered;
    current = new ControlThread;
  }
  return *current;
}

void stop_control_thread() {
  std::lock_guard lock(mutex);
  if (!current) return;
  current->stop();
  static auto* const stopped = new std::vector<ControlThread*>;
  stopped->push_back(std::exchange(current, nullptr));
}

}  // namespace acrida::app
