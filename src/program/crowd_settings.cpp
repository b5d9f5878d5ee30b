#include "program/crowd_settings.h"

#include <sys/eventfd.h>

#include <chrono>
#include <utility>

namespace acrida::program {

reactor::Descriptor open_bell() { return reactor::Descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void silence(const reactor::Descriptor& bell) {
  eventfd_t rings = 0;
  eventfd_read(bell.get(), &rings);
}

native::CrowdSettings crowd_settings(std::int64_t threads, std::string host, const reactor::Descriptor& bell) {
  return {.threads = static_cast<int>(threads),
          .host = std::move(host),
          .seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()),
          .ring = [](void* rung) { eventfd_write(static_cast<const reactor::Descriptor*>(rung)->get(), 1); },
          .ring_argument = const_cast<reactor::Descriptor*>(&bell)};
}

}  // namespace acrida::program
