#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "http/operation.h"
#include "http/origin.h"
#include "reactor/mailbox.h"

namespace acrida::http {

struct ClientSettings {
  std::size_t connections_per_origin = 10;  // further requests wait in order; 0: no limit
  const Proxy* proxy = nullptr;             // for every request; null: none
};

// What the service has seen since it started; each has a single writer and is readable from any thread.
struct ServiceCounters {
  std::uint64_t sent = 0;            // requests whose first byte was written (redirect hops and re-sends included)
  std::uint64_t resent = 0;          // of these: lost on a kept connection and sent again on a new one
  std::uint64_t redirects = 0;       // answers handed back uncounted because the caller follows them
  std::uint64_t aborted = 0;         // cancelled after the first byte was written
  std::uint64_t connects = 0;        // connections established
  std::uint64_t read_time_used = 0;  // answers without a usable kernel stamp
  std::uint64_t own_delay_ns = 0;    // sum of Timings::own_delay
  std::uint64_t own_delay_max_ns = 0;
};

// What other threads see of the HTTP client on the data thread.
//
// Owner   app::DataThread; outlives every Client and Operation in flight.
// Thread  submit, cancel, want_more, open_client and close_client from any thread; counters() from any thread.
// Fails   never throws; every trouble is an Error inside the operation that comes back.
class Service {
 public:
  virtual ~Service() = default;

  // A user's set of connections. close_client() ends its idle connections at once and is safe while operations are
  // under way: they come back first, then the client is freed.
  virtual Client* open_client(const ClientSettings& settings) = 0;
  virtual void close_client(Client* client) = 0;
  // Closes the idle connections, keeps the client (requests.Session.close()).
  virtual void close_idle(Client* client) = 0;

  // Hands an Idle operation over. Returns true if the data thread sleeps: call wake() at the end of the batch.
  virtual bool submit(Operation* operation) = 0;
  // Gives up an operation whose state the caller has just swapped InFlight -> Cancelled.
  virtual bool cancel(Operation* operation) = 0;
  // Streamed answers only, with the operation at the caller: it comes back with the next piece in answer.body
  // (the previous content is replaced), or with stream_ended. The service reads at most 256 KB ahead.
  virtual bool want_more(Operation* operation) = 0;
  virtual void wake() = 0;

  virtual ServiceCounters counters() const = 0;
};

}  // namespace acrida::http
