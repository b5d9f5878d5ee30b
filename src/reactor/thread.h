#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <functional>
#include <string>

namespace acrida::reactor {

// A named thread that takes no signals (or Ctrl-C would arrive at a loop that cannot handle it).
//
// Owner   whoever made it; the destructor joins. In a forked child, where the thread does not exist, join() and the
//         destructor do nothing.
// Fails   the constructor throws std::system_error when the system has no thread left.
class Thread {
 public:
  // `name` has at most 15 characters.
  Thread(std::string name, std::function<void()> body);
  ~Thread() { join(); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  void join();
  // Lets it end by itself; join() does nothing afterwards.
  void detach();

 private:
  bool is_ours() const;

  pthread_t handle_{};
  pid_t process_;
  bool is_joinable_ = false;
};

}  // namespace acrida::reactor
