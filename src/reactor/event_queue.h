#pragma once

#include <sys/eventfd.h>

#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "reactor/descriptor.h"

namespace acrida::reactor {

// An ordered way from one thread to another that sleeps on a descriptor of its own loop (Python's hub, say). For what
// happens a few times a second: what happens for each request goes through a Mailbox.
//
// Owner   both sides.
// Thread  post() and take() on any.
// Fails   the constructor throws std::system_error without a descriptor.
template <class Event>
class EventQueue {
 public:
  EventQueue() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!descriptor_) throw std::system_error(errno, std::generic_category(), "cannot make an eventfd");
  }

  // Readable while something waits.
  int descriptor() const { return descriptor_.get(); }

  void post(Event event) {
    {
      std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
      if (events_.size() > 1) return;  // the other side has been woken for the first one
    }
    eventfd_write(descriptor_.get(), 1);
  }

  std::vector<Event> take() {
    eventfd_t count;
    eventfd_read(descriptor_.get(), &count);
    std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }

 private:
  Descriptor descriptor_;
  std::mutex mutex_;
  std::vector<Event> events_;
};

}  // namespace acrida::reactor
