#include <sys/uio.h>

#include <cerrno>

#include "http/connection.h"
#include "http/context.h"
#include "http/pool.h"
#include "net/socket.h"

// Bytes out.
namespace acrida::http {

namespace {
constexpr std::size_t kTlsRecord = 16 * 1024;
}

void Connection::send(Operation& operation) {
  operation_ = &operation;
  operation.place.stage = Place::Stage::Carried;
  operation.place.connection = this;
  if (pool_.proxy() && !pool_.origin().is_tls) write_head_for(*pool_.proxy());
  begin_answer(operation);
  sent_at_ = active_at_ = base::now();
  Timings& timings = operation.timings;
  if (timings.started_at == base::Instant{}) {
    timings.started_at = operation.intended_start == base::Instant{} ? sent_at_ : operation.intended_start;
  }
  arm_deadline();
  write_some();
}

// A proxy wants to be told the origin, too.
void Connection::write_head_for(const Proxy& proxy) {
  const std::string& head = operation_->head;
  const std::size_t target = head.find(' ') + 1, fields = head.find("\r\n") + 2;
  if (!proxied_head_) proxied_head_ = std::make_unique<std::string>();
  proxied_head_->assign(head, 0, target).append("http://").append(pool_.origin().authority);
  proxied_head_->append(head, target, fields - target);
  if (!proxy.authorization.empty())
    proxied_head_->append("Proxy-Authorization: ").append(proxy.authorization).append("\r\n");
  proxied_head_->append(head, fields);
}

void Connection::begin_answer(Operation& operation) {
  request_bytes_ = head().size() + operation.body_size;
  sent_bytes_ = 0;
  operation.answer.body.clear();
  if (!operation.stream) return parser_.reset(operation.answer, operation.is_head, &context_.heads);
  stream_ = std::make_unique<Stream>();
  parser_.reset(stream_->head, operation.is_head, &context_.heads);
}

// Writes until all is out or the socket is full; on_ready() goes on.
void Connection::write_some() {
  const bool is_first = sent_bytes_ == 0;
  while (!is_all_sent()) {
    const ssize_t written = tls_ ? write_tls() : write_plain();
    if (written == -EAGAIN) break;
    if (written < 0) {
      // The peer may have answered before it closed. The loop comes back to read it; here, somebody up the stack may
      // still be reading from the shared buffer.
      write_error_ = static_cast<int>(-written);
      context_.reactor.revisit(this);
      break;
    }
    sent_bytes_ += static_cast<std::size_t>(written);
    if (!is_all_sent()) active_at_ = base::now();
  }
  if (is_first && sent_bytes_ > 0) context_.counters.sent.add(1);
}

ssize_t Connection::write_plain() {
  const Operation& operation = *operation_;
  const std::string& head_text = head();
  const std::size_t head_size = head_text.size();
  if (sent_bytes_ >= head_size) {
    const std::size_t at = sent_bytes_ - head_size;
    return net::send_bytes(socket_.get(), operation.body + at, operation.body_size - at);
  }
  const char* rest = head_text.data() + sent_bytes_;
  if (operation.body_size == 0) return net::send_bytes(socket_.get(), rest, head_size - sent_bytes_);
  const iovec pieces[] = {{const_cast<char*>(rest), head_size - sent_bytes_},
                          {const_cast<char*>(operation.body), operation.body_size}};
  return net::send_pieces(socket_.get(), pieces, 2);
}

// After "the socket is full" OpenSSL wants the same bytes again: the piece depends on nothing but sent_bytes_.
ssize_t Connection::write_tls() {
  const Operation& operation = *operation_;
  std::string_view piece;
  if (sent_bytes_ >= operation.head.size()) {
    const std::size_t at = sent_bytes_ - operation.head.size();
    piece = {operation.body + at, operation.body_size - at};
  } else if (operation.body_size == 0 || request_bytes_ - sent_bytes_ > kTlsRecord) {
    piece = std::string_view(operation.head).substr(sent_bytes_);
  } else {  // one record, one packet
    context_.scratch.assign(operation.head, sent_bytes_);
    context_.scratch.append(operation.body, operation.body_size);
    piece = context_.scratch;
  }
  std::size_t written = 0;
  switch (tls_->write(piece.data(), piece.size(), written)) {
    case net::TlsSession::Step::Done:
      return static_cast<ssize_t>(written);
    case net::TlsSession::Step::WantsRead:
    case net::TlsSession::Step::WantsWrite:
      return -EAGAIN;
    case net::TlsSession::Step::Closed:
    case net::TlsSession::Step::Failed:
      break;
  }
  return tls_->socket_error() != 0 ? -tls_->socket_error() : -EPIPE;
}

}  // namespace acrida::http
