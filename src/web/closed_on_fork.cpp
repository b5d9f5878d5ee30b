#include "web/closed_on_fork.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace acrida::web {

namespace {

// Never destroyed: a child may be forked while the process ends.
std::mutex& mutex = *new std::mutex;
std::vector<int>& descriptors = *new std::vector<int>;

// The lock is held across fork(), so that the child sees a whole list and a free lock.
void before_fork() { mutex.lock(); }
void in_parent() { mutex.unlock(); }
void in_child() {
  for (const int descriptor : descriptors) close(descriptor);
  descriptors.clear();
  mutex.unlock();
}

}  // namespace

ClosedOnFork::ClosedOnFork(int descriptor) : descriptor_(descriptor) {
  static const int registered = pthread_atfork(before_fork, in_parent, in_child);
  (void)registered;
  std::lock_guard lock(mutex);
  descriptors.push_back(descriptor);
}

void ClosedOnFork::forget() {
  std::lock_guard lock(mutex);
  const auto found = std::find(descriptors.begin(), descriptors.end(), descriptor_);
  if (found != descriptors.end()) descriptors.erase(found);
  descriptor_ = -1;
}

}  // namespace acrida::web
