#pragma once

#include <cstddef>

#include "base/prefetch.h"
#include "http/operation.h"
#include "http/service.h"
#include "reactor/timer_wheel.h"

namespace acrida::http {

struct Context;

// One user's connections to one origin: lends the most recently used idle one, opens more up to the limit, and lets
// further operations wait in order.
//
// Owner   its Client; dies when it has no operation; the idle connections die with it.
// Thread  the loop's.
// Fails   operations by their Error.
class Pool {
 public:
  Pool(Context& context, const ClientSettings& settings, const Origin& origin, const TlsSettings* tls);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void take(Operation& operation);
  // It was cancelled while it waited.
  void leave(Operation& operation);
  void close_idle();
  // Its user has gone: connections end as they become free.
  void end();

  // ---- called by its connections
  void on_free(Connection& connection);    // answered: it may carry the next
  void on_closed(Connection& connection);  // gone, whatever it was
  // A kept connection was closed before the answer: the same operation on a new one, before all who wait.
  void replace(Connection& connection, Operation& operation);

  // It will be needed soon (base/prefetch.h).
  void expect() const { base::prefetch<sizeof(Pool)>(this); }
  void expect_connection() const { base::prefetch<kConnectionBytes>(idle_); }

  const Origin& origin() const { return origin_; }
  const TlsSettings* tls() const { return tls_; }
  const Proxy* proxy() const { return settings_.proxy; }

 private:
  static constexpr std::size_t kConnectionBytes = 320;

  bool has_room() const { return settings_.connections_per_origin == 0 || open_ < settings_.connections_per_origin; }
  void open_for(Operation& operation);
  Connection* take_idle();
  void remove_idle(Connection& connection);
  void enqueue(Operation& operation);
  void serve_waiting();
  void arm_timer();
  void on_timer();

  Context& context_;
  const ClientSettings& settings_;
  const Origin& origin_;
  const TlsSettings* tls_;
  Connection* idle_ = nullptr;  // a stack
  std::size_t open_ = 0;        // connections, idle and opening ones included
  Operation* first_waiting_ = nullptr;
  Operation* last_waiting_ = nullptr;
  bool is_serving_ = false;
  bool is_closing_ = false;
  reactor::Timer timer_;  // for the total timeouts of those who wait
};

}  // namespace acrida::http
