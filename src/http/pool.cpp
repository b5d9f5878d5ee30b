#include "http/pool.h"

#include <algorithm>

#include "http/connection.h"
#include "http/context.h"
#include "http/outcome.h"

namespace acrida::http {

Pool::Pool(Context& context, const ClientSettings& settings, const Origin& origin, const TlsSettings* tls)
    : context_(context),
      settings_(settings),
      origin_(origin),
      tls_(tls),
      timer_([](void* self) { static_cast<Pool*>(self)->on_timer(); }, this) {}

Pool::~Pool() {
  end();
  context_.reactor.timers().cancel(timer_);
}

void Pool::take(Operation& operation) {
  operation.place.pool = this;
  if (Connection* connection = take_idle()) {
    connection->send(operation);
  } else if (has_room()) {
    open_for(operation);
  } else {
    enqueue(operation);
  }
}

void Pool::open_for(Operation& operation) {
  ++open_;
  (new Connection(context_, *this))->open(operation);  // it frees itself through Context::closed_connections
}

Connection* Pool::take_idle() {
  Connection* connection = idle_;
  if (connection) remove_idle(*connection);
  return connection;
}

void Pool::remove_idle(Connection& connection) {
  if (connection.idle_before)
    connection.idle_before->idle_after = connection.idle_after;
  else
    idle_ = connection.idle_after;
  if (connection.idle_after) connection.idle_after->idle_before = connection.idle_before;
  connection.idle_before = connection.idle_after = nullptr;
}

void Pool::close_idle() {
  while (idle_) idle_->close();
}

void Pool::end() {
  is_closing_ = true;
  close_idle();
}

void Pool::enqueue(Operation& operation) {
  // From here on the time counts: waiting for one's own connections is part of it.
  operation.timings.started_at = operation.intended_start == base::Instant{} ? base::now() : operation.intended_start;
  Place& place = operation.place;
  place.stage = Place::Stage::Waiting;
  place.before = last_waiting_;
  place.after = nullptr;
  (last_waiting_ ? last_waiting_->place.after : first_waiting_) = &operation;
  last_waiting_ = &operation;
  if (operation.total_timeout > base::Duration(0)) arm_timer();
}

void Pool::leave(Operation& operation) {
  const Place& place = operation.place;
  (place.before ? place.before->place.after : first_waiting_) = place.after;
  (place.after ? place.after->place.before : last_waiting_) = place.before;
}

void Pool::on_free(Connection& connection) {
  if (is_closing_ && !first_waiting_) return connection.close();
  connection.idle_after = idle_;
  if (idle_) idle_->idle_before = &connection;
  idle_ = &connection;
  serve_waiting();
}

void Pool::on_closed(Connection& connection) {
  if (connection.idle_before || idle_ == &connection) remove_idle(connection);
  --open_;
  serve_waiting();
}

void Pool::replace(Connection& connection, Operation& operation) {
  is_serving_ = true;  // the place that becomes free is taken
  connection.close();
  is_serving_ = false;
  open_for(operation);
  serve_waiting();
}

// A loop, not a recursion: sending and opening may fail at once and come back here for each of a thousand.
void Pool::serve_waiting() {
  if (is_serving_) return;
  is_serving_ = true;
  while (first_waiting_ && (idle_ || has_room() || context_.is_shutting_down)) {
    Operation& operation = *first_waiting_;
    leave(operation);
    if (context_.is_shutting_down) {
      finish_failed(context_, operation, {.kind = ErrorKind::ShuttingDown, .code = 0, .detail = {}});
    } else if (Connection* connection = take_idle()) {
      connection->send(operation);
    } else {
      open_for(operation);
    }
  }
  is_serving_ = false;
}

void Pool::arm_timer() {
  base::Instant first = base::Instant::max();
  for (Operation* one = first_waiting_; one; one = one->place.after) {
    if (one->total_timeout > base::Duration(0)) first = std::min(first, one->place.begun_at + one->total_timeout);
  }
  if (first != base::Instant::max()) context_.reactor.timers().arm(timer_, first);
}

void Pool::on_timer() {
  const base::Instant now = context_.reactor.now();
  for (Operation* one = first_waiting_; one;) {
    Operation& operation = *one;
    one = one->place.after;
    if (operation.total_timeout == base::Duration(0) || now < operation.place.begun_at + operation.total_timeout)
      continue;
    leave(operation);
    finish_failed(context_, operation, {.kind = ErrorKind::TotalTimeout, .code = 0, .detail = {}});
  }
  arm_timer();
}

}  // namespace acrida::http
