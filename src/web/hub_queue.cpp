#include "web/hub_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace acrida::web {

namespace {

int make_descriptor() {
  const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "cannot make an eventfd");
  return descriptor;
}

}  // namespace

HubQueue::HubQueue() : descriptor_(make_descriptor()) {}
HubQueue::~HubQueue() { close(descriptor_); }

void HubQueue::post(HubMessage message) {
  {
    std::lock_guard lock(mutex_);
    messages_.push_back(std::move(message));
    if (messages_.size() > 1) return;  // the hub has been woken for the first one
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

std::vector<HubMessage> HubQueue::take() {
  std::uint64_t count;
  [[maybe_unused]] const auto got = read(descriptor_, &count, sizeof count);
  std::lock_guard lock(mutex_);
  return std::exchange(messages_, {});
}

}  // namespace acrida::web
