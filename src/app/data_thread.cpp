#include "app/data_thread.h"

#include <pthread.h>

#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace acrida::app {

DataThread::DataThread() : service_(reactor_), thread_("acrida-data", [this] { reactor_.run(service_); }) {}

DataThread::~DataThread() { stop(); }

void DataThread::stop() {
  if (std::exchange(is_stopped_, true)) return;
  reactor_.stop();
  thread_.join();
  service_.shut_down();  // nobody else is on the loop any more
}

namespace {

std::mutex mutex;
DataThread* current = nullptr;

// Runs in the child: the mutex may be held by a thread that was not copied.
void forget_in_child() {
  new (&mutex) std::mutex;
  current = nullptr;
}

}  // namespace

DataThread& data_thread() {
  std::lock_guard lock(mutex);
  if (!current) {
    static const int registered = pthread_atfork(nullptr, nullptr, forget_in_child);
    (void)registered;
    current = new DataThread;
  }
  return *current;
}

void stop_data_thread() {
  std::lock_guard lock(mutex);
  if (!current) return;
  current->stop();
  static auto* const stopped = new std::vector<DataThread*>;
  stopped->push_back(std::exchange(current, nullptr));
}

}  // namespace acrida::app
