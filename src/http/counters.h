#pragma once

#include <atomic>
#include <cstdint>

#include "http/service.h"

namespace acrida::http {

// A number that one thread writes and all may read: no locked instruction on the writer's side.
class Counter {
 public:
  void add(std::uint64_t n) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void raise_to(std::uint64_t n) {
    if (n > value_.load(std::memory_order_relaxed)) value_.store(n, std::memory_order_relaxed);
  }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct Counters {
  Counter sent, resent, redirects, aborted, connects, read_time_used, own_delay_ns, own_delay_max_ns;

  ServiceCounters snapshot() const {
    return {.sent = sent.get(),
            .resent = resent.get(),
            .redirects = redirects.get(),
            .aborted = aborted.get(),
            .connects = connects.get(),
            .read_time_used = read_time_used.get(),
            .own_delay_ns = own_delay_ns.get(),
            .own_delay_max_ns = own_delay_max_ns.get()};
  }
};

}  // namespace acrida::http
