#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/opening.h"
#include "http/operation.h"
#include "net/kernel_clock.h"
#include "net/tls_session.h"
#include "reactor/reactor.h"
#include "wire/content_coding.h"
#include "wire/response_parser.h"

namespace acrida::http {

struct Context;
class Pool;

// One connection: opens, then carries one operation at a time, from its first byte out to its last byte in.
//
// Owner   itself: close() puts it into Context::closed_connections, which is freed at the end of the turn, so that
//         nobody up the stack is left inside of a dead object.
// Thread  the loop's.
// Fails   its operation, by Error; a closed connection tells its pool.
class Connection final : public reactor::Handler {
 public:
  Connection(Context& context, Pool& pool);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Opens for this operation and sends it.
  void open(Operation& operation);
  // Sends over an open connection that carries nothing.
  void send(Operation& operation);
  // The caller of a streamed answer wants the next piece.
  void want_more();
  // Its operation was cancelled; the connection ends, the operation is the caller's of this function.
  void give_up();
  // Ends, with the operation if there is one.
  void fail(Error error);
  void close();

  void on_ready(reactor::Readiness readiness) override;
  void expect() const override {
    if (operation_) operation_->expect();
  }

  // ---- called by Opening
  void on_opened();
  bool use(reactor::Descriptor socket);  // false: it cannot be watched, errno says why
  void use_tls(std::unique_ptr<net::TlsSession> tls) { tls_ = std::move(tls); }
  void drop_socket();
  const reactor::Descriptor& socket() const { return socket_; }
  net::TlsSession* tls() { return tls_.get(); }

  // ---- the pool's stack of idle connections, and the list of all
  Connection* idle_before = nullptr;
  Connection* idle_after = nullptr;
  Connection* before = nullptr;
  Connection* after = nullptr;

 private:
  // The rest of a streamed answer. The parser writes into a head of its own: the operation's is with the caller.
  struct Stream {
    wire::ResponseHead head;
    std::string ahead;         // read, but not yet handed out
    bool is_head_out = false;  // the caller has the head
    bool is_wanted = false;    // the operation is here and waits for a piece
    bool has_ended = false;
    bool may_be_kept = false;
    Error error;
  };

  // connection.cpp: bytes in
  void on_writable();
  void read_socket();
  void on_received(std::string_view bytes, const net::Arrival& arrival);
  void read_tls(const net::Arrival& arrival);
  void on_end(int error);
  void on_unexpected();
  bool is_paused() const;
  bool may_send_again() const;

  // connection_send.cpp: bytes out
  void write_head_for(const Proxy& proxy);
  const std::string& head() const { return proxied_head_ ? *proxied_head_ : operation_->head; }
  void begin_answer(Operation& operation);
  void write_some();
  ssize_t write_plain();
  ssize_t write_tls();
  bool is_all_sent() const { return sent_bytes_ == request_bytes_; }

  // connection_answer.cpp: from bytes to the answer
  void on_bytes(std::string_view bytes, const net::Arrival& arrival);
  bool is_late(const net::Arrival& arrival);
  void note_arrival(const net::Arrival& arrival);
  bool parse(std::string_view& bytes);
  void on_head();
  void take_decoder(const wire::ResponseHead& head);
  void return_decoder();
  bool decode();
  void on_answer(bool has_more_bytes);
  void release(bool may_be_kept);
  Error unfinished(int error);

  // connection_stream.cpp
  void hand_out_head();
  void hand_out_piece();
  void hand_out_last();
  void end_stream(bool may_be_kept, Error error);

  // connection_deadline.cpp
  base::Instant deadline() const;
  void arm_deadline();
  void on_timer();
  ErrorKind expired_kind(base::Instant at) const;

  Context& context_;
  Pool& pool_;
  reactor::Descriptor socket_;
  bool has_peer_closed_ = false;  // it will send no more: read to the end, carry nothing else
  bool is_reused_ = false;        // has carried an answer before
  bool is_closed_ = false;
  bool holds_tls_buffers_ = false;  // while it rests
  int write_error_ = 0;             // reading tells whether an answer came before it
  Operation* operation_ = nullptr;
  std::size_t request_bytes_ = 0;  // head and body
  std::size_t sent_bytes_ = 0;     // of these
  bool is_cut_ = false;            // the rest will never be sent
  base::Instant sent_at_{};        // just before the first byte was written
  base::Instant active_at_{};      // the last byte in or out
  wire::ResponseParser parser_;
  std::unique_ptr<std::string> proxied_head_;  // of plain requests through a proxy
  std::unique_ptr<net::TlsSession> tls_;
  std::unique_ptr<Opening> opening_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<wire::ContentDecoder> decoder_;  // only during a coded answer
  reactor::Timer timer_;
};

}  // namespace acrida::http
