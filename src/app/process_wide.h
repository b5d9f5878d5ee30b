#pragma once

#include <pthread.h>

#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace acrida::app {

// The one Thread object of a process: started at the first get(), and again in a forked child. The parent's is leaked
// there: its destructor would join a thread that was not copied. `Thread` has a default constructor and stop().
//
// Thread  any.
template <class Thread>
class ProcessWide {
 public:
  static Thread& get() {
    std::lock_guard lock(mutex_);
    if (!current_) {
      static const int registered = pthread_atfork(nullptr, nullptr, forget_in_child);
      (void)registered;
      current_ = new Thread;
    }
    return *current_;
  }

  // The object stays: others may still hold references. The next get() makes a new one.
  static void stop() {
    std::lock_guard lock(mutex_);
    if (!current_) return;
    current_->stop();
    static auto* const stopped = new std::vector<Thread*>;
    stopped->push_back(std::exchange(current_, nullptr));
  }

 private:
  // The mutex may be held by a thread that was not copied.
  static void forget_in_child() {
    new (&mutex_) std::mutex;
    current_ = nullptr;
  }

  static inline std::mutex mutex_;
  static inline Thread* current_ = nullptr;
};

}  // namespace acrida::app
