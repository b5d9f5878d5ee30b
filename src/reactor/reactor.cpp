#include "reactor/reactor.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/prefetch.h"

namespace acrida::reactor {

namespace {
Descriptor checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return Descriptor(fd);
}
}  // namespace

Reactor::Reactor()
    : epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      now_(base::now()),
      timers_(now_) {
  // Edge-triggered, so its counter need never be read: each write is an edge of its own.
  if (!add(wake_.get(), nullptr)) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

bool Reactor::add(int fd, Handler* handler) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET | (handler ? EPOLLOUT : 0u);
  event.data.ptr = handler;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Reactor::forget(int fd, Handler* handler) {
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  for (int i = next_event_; i < event_count_; ++i) {
    auto& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == handler) event.events = 0;
  }
  std::replace(revisits_.begin(), revisits_.end(), handler, static_cast<Handler*>(nullptr));
  std::replace(visiting_.begin(), visiting_.end(), handler, static_cast<Handler*>(nullptr));
}

int Reactor::wait_ms(bool may_sleep) const {
  if (!may_sleep || !visiting_.empty()) return 0;
  const auto next = timers_.next_expiry();
  if (!next) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - now_).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

// While an event is handled, the handlers of those behind it are fetched, and what the nearest points to.
void Reactor::expect_behind(int event) const {
  if (event + 3 < event_count_) base::prefetch<kHandlerBytes>(events_[static_cast<std::size_t>(event) + 3].data.ptr);
  if (event + 1 >= event_count_) return;
  const epoll_event& next = events_[static_cast<std::size_t>(event) + 1];
  if (next.events != 0 && next.data.ptr) static_cast<const Handler*>(next.data.ptr)->expect();
}

void Reactor::wait_and_dispatch(bool may_sleep, Guest& guest) {
  event_count_ = epoll_wait(epoll_.get(), events_.data(), static_cast<int>(kBatch), wait_ms(may_sleep));
  now_ = base::now();
  bool woken = false;
  for (next_event_ = 0; next_event_ < event_count_;) {
    expect_behind(next_event_);
    const epoll_event event = events_[static_cast<std::size_t>(next_event_++)];
    if (event.events == 0) continue;  // forgotten meanwhile
    auto* handler = static_cast<Handler*>(event.data.ptr);
    if (!handler) {
      woken = true;
      continue;
    }
    handler->on_ready({.readable = (event.events & EPOLLIN) != 0,
                       .writable = (event.events & EPOLLOUT) != 0,
                       .hangup = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0});
  }
  next_event_ = event_count_ = 0;
  if (woken) guest.on_wake();
}

void Reactor::visit_again() {
  for (std::size_t i = 0; i < visiting_.size(); ++i) {
    if (Handler* handler = visiting_[i]) handler->on_ready({.readable = true});
  }
  visiting_.clear();
}

void Reactor::run(Guest& guest) {
  while (!is_stopping_.load(std::memory_order_acquire)) {
    visiting_.swap(revisits_);
    wait_and_dispatch(guest.try_sleep(), guest);
    if (!visiting_.empty()) visit_again();
    timers_.advance(now_);
    guest.on_turn();
  }
}

void Reactor::stop() {
  is_stopping_.store(true, std::memory_order_release);
  wake();
}

void Reactor::wake() { eventfd_write(wake_.get(), 1); }

}  // namespace acrida::reactor
