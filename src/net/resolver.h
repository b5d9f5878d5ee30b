#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "net/address.h"
#include "reactor/mailbox.h"
#include "reactor/reactor.h"

namespace acrida::net {

// Whoever waits for the addresses of a name.
class LookupWaiter {
 public:
  // Exactly one of these, later, on the loop's thread. `eai_code` as of getaddrinfo.
  virtual void on_addresses(const Addresses& addresses) = 0;
  virtual void on_lookup_failed(int eai_code) = 0;

 protected:
  ~LookupWaiter() = default;
};

// Name look-up beside the loop: a few threads around getaddrinfo, started at the first name. One look-up serves all
// who wait for the name; its answer is kept for 30 s at most (getaddrinfo tells no TTL) and its addresses are handed
// out in rotation.
//
// Owner   the loop's service.
// Thread  the loop's. Look-ups that still run at the end are left to themselves: they touch only shared state.
// Fails   look-ups by their EAI code.
class Resolver {
 public:
  explicit Resolver(reactor::Reactor& reactor);
  ~Resolver();

  // The addresses at once if the host is numeric or was looked up lately; else empty, and the waiter is called.
  Addresses find(const std::string& host, LookupWaiter* waiter);
  // The waiter is gone.
  void forget(LookupWaiter* waiter);
  // The loop was woken: hands out what the threads have found.
  void collect();

 private:
  struct Job;
  struct Shared;
  struct Entry {
    Addresses addresses;
    base::Instant found_at{};
    std::size_t turn = 0;
    std::vector<LookupWaiter*> waiters;  // not empty: a look-up is under way
  };

  static Addresses rotated(Entry& entry);
  void start_lookup(const std::string& host);
  void finish(Job& job);

  reactor::Reactor& reactor_;
  std::shared_ptr<Shared> shared_;
  std::unordered_map<std::string, Entry> entries_;
  std::vector<LookupWaiter*> delivering_;
};

}  // namespace acrida::net
