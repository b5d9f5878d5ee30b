#include "http/connection.h"

#include <cerrno>
#include <utility>

#include "http/client.h"
#include "http/context.h"
#include "http/outcome.h"
#include "http/pool.h"
#include "net/socket.h"

namespace acrida::http {

namespace {
// So much of one connection is read in one turn; then the others have theirs.
constexpr std::size_t kReadBudget = 256 * 1024;
}  // namespace

Connection::Connection(Context& context, Pool& pool)
    : context_(context), pool_(pool), timer_([](void* self) { static_cast<Connection*>(self)->on_timer(); }, this) {
  after = context_.connections;
  if (after) after->before = this;
  context_.connections = this;
}

Connection::~Connection() = default;  // everything was given back by close()

void Connection::open(Operation& operation) {
  operation_ = &operation;
  operation.place.stage = Place::Stage::Carried;
  operation.place.connection = this;
  opening_ = std::make_unique<Opening>(context_, *this, pool_.origin(), pool_.tls(), pool_.proxy());
  Timings& timings = operation.timings;
  if (timings.started_at == base::Instant{}) {
    timings.started_at = operation.intended_start == base::Instant{} ? opening_->begun_at() : operation.intended_start;
  }
  arm_deadline();
  opening_->begin();
}

bool Connection::use(reactor::Descriptor socket) {
  socket_ = std::move(socket);
  return context_.reactor.add(socket_.get(), this);
}

void Connection::drop_socket() {
  if (!socket_) return;
  context_.reactor.forget(socket_.get(), this);
  socket_.close();
}

void Connection::on_opened() {
  opening_->tell_parts(operation_->timings);
  opening_.reset();
  send(*operation_);
}

void Connection::on_ready(reactor::Readiness readiness) {
  if (readiness.hangup) has_peer_closed_ = true;
  if (opening_ && !opening_->reads_bytes()) {
    has_peer_closed_ = false;  // it may be this address that failed, not the next
    return opening_->on_ready();
  }
  if (readiness.writable) on_writable();
  if (readiness.readable || readiness.hangup) read_socket();
}

void Connection::on_writable() {
  if (opening_)
    opening_->on_writable();
  else if (operation_ && !is_all_sent())
    write_some();
}

bool Connection::is_paused() const { return stream_ && stream_->ahead.size() >= kReadBudget; }

void Connection::read_socket() {
  std::size_t budget = kReadBudget;
  pool_.expect();
  if (operation_) {
    operation_->expect_answer();
    operation_->client->expect_end();
  }
  while (socket_ && !is_paused()) {
    const net::Received got = net::receive(socket_.get(), context_.received.get(), Context::kBufferBytes);
    if (got.size <= 0) {
      if (got.size == 0 || got.error != EAGAIN)
        on_end(got.error);
      else if (write_error_ != 0)
        on_end(write_error_);
      return;
    }
    const auto size = static_cast<std::size_t>(got.size);
    on_received({context_.received.get(), size},
                context_.clock.arrival(got.has_stamp ? &got.stamp : nullptr, sent_at_, base::now()));
    if (!socket_) return;
    // A short read has emptied the socket, and what comes later is a new edge. Not so behind a hang-up.
    if (size < Context::kBufferBytes && !has_peer_closed_ && write_error_ == 0) return;
    if (size >= budget) return context_.reactor.revisit(this);
    budget -= size;
  }
}

void Connection::on_received(std::string_view bytes, const net::Arrival& arrival) {
  if (opening_) {
    opening_->on_received(bytes);
    if (opening_ || is_closed_ || !tls_) return;
    bytes = {};  // what came behind the handshake is with the TLS session
  } else if (tls_) {
    tls_->feed(bytes);
  } else {
    return on_bytes(bytes, arrival);
  }
  read_tls(arrival);
  // A write may have waited for the peer's part of a new key exchange.
  if (socket_ && operation_ && !is_all_sent()) write_some();
}

void Connection::read_tls(const net::Arrival& arrival) {
  while (socket_) {
    std::size_t size = 0;
    switch (tls_->read(context_.decrypted.get(), Context::kBufferBytes, size)) {
      case net::TlsSession::Step::Done:
        on_bytes({context_.decrypted.get(), size}, arrival);
        if (tls_->is_drained()) return;
        break;
      case net::TlsSession::Step::WantsRead:
      case net::TlsSession::Step::WantsWrite:
        return;
      case net::TlsSession::Step::Closed:
        return on_end(0);
      case net::TlsSession::Step::Failed:
        return fail({.kind = ErrorKind::TlsFailed, .code = 0, .detail = tls_->error()});
    }
  }
}

// Resending is safe only if the server cannot have begun with the request: no byte of an answer, on a connection
// that had been idle; and only for requests that do no harm twice.
bool Connection::may_send_again() const {
  return operation_ && is_reused_ && !parser_.has_begun() && operation_->is_safe_to_resend && operation_->resent == 0 &&
         !context_.is_shutting_down && operation_->state.load(std::memory_order_relaxed) == OperationState::InFlight;
}

// Bytes or an end that belong to no answer under way.
void Connection::on_unexpected() {
  if (!stream_) return close();
  stream_->may_be_kept = false;  // the rest of the answer still waits for its caller
  drop_socket();
}

void Connection::on_end(int error) {
  has_peer_closed_ = true;
  if (opening_) return opening_->on_end(error);
  if (!operation_ || (stream_ && stream_->has_ended)) return on_unexpected();
  if (may_send_again()) {
    Operation& operation = *std::exchange(operation_, nullptr);
    ++operation.resent;
    if (sent_bytes_ > 0) context_.counters.resent.add(1);
    return pool_.replace(*this, operation);
  }
  if (error == 0 && parser_.on_close() == wire::ParseStage::Done) {
    if (decoder_ && !decode()) return;
    return on_answer(false);
  }
  fail(unfinished(error));
}

void Connection::fail(Error error) {
  if (!operation_) return close();
  if (stream_ && stream_->is_head_out) return end_stream(false, std::move(error));
  Operation& operation = *std::exchange(operation_, nullptr);
  close();
  if (!finish_failed(context_, operation, std::move(error)) && sent_bytes_ > 0) context_.counters.aborted.add(1);
}

void Connection::give_up() {
  const bool is_counted = stream_ && stream_->is_head_out;
  if (sent_bytes_ > 0 && !is_counted) context_.counters.aborted.add(1);
  operation_ = nullptr;
  close();
}

void Connection::close() {
  if (is_closed_) return;
  is_closed_ = true;
  opening_.reset();
  return_decoder();
  if (tls_ && socket_) tls_->shut_down();
  drop_socket();
  context_.reactor.timers().cancel(timer_);
  if (before)
    before->after = after;
  else
    context_.connections = after;
  if (after) after->before = before;
  context_.closed_connections.push_back(this);
  pool_.on_closed(*this);
}

}  // namespace acrida::http
