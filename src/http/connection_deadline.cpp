#include <algorithm>
#include <chrono>

#include "http/connection.h"
#include "http/context.h"
#include "http/pool.h"

// Timeouts. The timer is armed once and looks at the clock when it fires: arming it anew for each request and each
// piece of an answer would cost more than the requests.
namespace acrida::http {

namespace {
constexpr base::Duration kNone{0};
// A TLS connection that rests so long gives its buffers back: 32 KB each are too much for thousands of idle users, and
// allocating them for each request too dear for the busy ones.
constexpr base::Duration kTlsRest = std::chrono::milliseconds(100);
}  // namespace

base::Instant Connection::deadline() const {
  base::Instant at = base::Instant::max();
  if (!operation_) return holds_tls_buffers_ ? active_at_ + kTlsRest : at;
  if (stream_ && stream_->is_head_out && !stream_->is_wanted) return at;  // the caller is thinking
  if (opening_) {
    if (operation_->connect_timeout > kNone) at = opening_->begun_at() + operation_->connect_timeout;
  } else if (operation_->idle_timeout > kNone) {
    at = active_at_ + operation_->idle_timeout;
  }
  if (operation_->total_timeout > kNone) at = std::min(at, operation_->place.begun_at + operation_->total_timeout);
  return at;
}

void Connection::arm_deadline() {
  const base::Instant at = deadline();
  if (at == base::Instant::max()) return;
  reactor::TimerWheel& timers = context_.reactor.timers();
  if (!timer_.is_armed() || timers.expiry(timer_) > at) timers.arm(timer_, at);
}

// Which limit an event at this instant exceeds; None: it is in time.
ErrorKind Connection::expired_kind(base::Instant at) const {
  const Operation& operation = *operation_;
  if (operation.total_timeout > kNone && at > operation.place.begun_at + operation.total_timeout) {
    return ErrorKind::TotalTimeout;
  }
  if (opening_) {
    const bool is_over = operation.connect_timeout > kNone && at > opening_->begun_at() + operation.connect_timeout;
    return is_over ? ErrorKind::ConnectTimeout : ErrorKind::None;
  }
  const bool is_over = operation.idle_timeout > kNone && at > active_at_ + operation.idle_timeout;
  return is_over ? ErrorKind::ReadTimeout : ErrorKind::None;
}

void Connection::on_timer() {
  if (deadline() > context_.reactor.now()) return arm_deadline();
  if (!operation_) {
    holds_tls_buffers_ = false;
    return tls_->free_buffers();
  }
  // What lies in the socket may have come in time: its stamp decides.
  if (socket_ && (!opening_ || opening_->reads_bytes())) read_socket();
  if (is_closed_ || !operation_) return;
  if (deadline() > context_.reactor.now()) return arm_deadline();
  fail({.kind = expired_kind(context_.reactor.now() + base::Duration(1)), .code = 0, .detail = {}});
}

}  // namespace acrida::http
