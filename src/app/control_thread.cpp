#include "app/control_thread.h"

#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <utility>

#include "app/process_wide.h"

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

ControlThread& control_thread() { return ProcessWide<ControlThread>::get(); }

void stop_control_thread() { ProcessWide<ControlThread>::stop(); }

}  // namespace acrida::app
