#include "web/http_session.h"

#include <fmt/core.h>

#include <array>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <deque>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "web/pieces_body.h"

namespace acrida::web {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;

// After an error the client may still be sending: what it sends is read and thrown away for so long, or a reset would
// destroy our answer on its way.
constexpr std::size_t kLingerBytes = 64 * 1024 * 1024;
constexpr std::chrono::seconds kLinger{2};
constexpr std::size_t kReadBytes = 16 * 1024;

std::string chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

std::string_view text(beast::string_view view) { return {view.data(), view.size()}; }

using Head = http::response<http::empty_body>;

std::string text_of(const Head& head) {
  std::string all = fmt::format("HTTP/{}.{} {} {}\r\n", head.version() / 10, head.version() % 10, head.result_int(),
                                text(head.reason()));
  for (const auto& field : head)
    all.append(text(field.name_string())).append(": ").append(text(field.value())).append("\r\n");
  return all += "\r\n";
}

template <class Stream>
class Session final : public Connection, public Exchange, public std::enable_shared_from_this<Session<Stream>> {
 public:
  template <class... Arguments>
  Session(std::shared_ptr<SessionContext> context, std::function<void()> on_end, Arguments&&... stream)
      : context_(std::move(context)), on_end_(std::move(on_end)), stream_(std::forward<Arguments>(stream)...) {}
  ~Session() override { on_end_(); }

  void start() {
    error_code ignored;
    const auto peer = socket().remote_endpoint(ignored);
    peer_ = peer.address().to_string();
    socket().set_option(tcp::no_delay(true), ignored);
    if constexpr (kIsTls) {
      expire_after(limits().handshake);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = self()](error_code error) {
        if (!error) self->wait_for_request();
      });
    } else {
      wait_for_request();
    }
  }

  // ---- Connection

  void close() override {
    is_closed_ = true;
    error_code ignored;
    socket().shutdown(tcp::socket::shutdown_both, ignored);  // also where a forked child has a copy of it
    socket().close(ignored);
    leave();
  }

  // ---- Exchange

  void answer(Answer answer) override {
    if (is_closed_ || state_ != State::Waiting) return;
    state_ = State::Answering;
    if (has_more_body()) keep_alive_ = false, is_refused_ = true;
    auto head = head_of(answer);
    // An application that answers HEAD says itself how long the body would be.
    const bool is_length_known = is_head_ && head.count(http::field::content_length) > 0;
    if (answer.status != 304 && answer.status != 204 && !is_length_known) head.content_length(answer.body.size());
    head.keep_alive(keep_alive_);
    head_ = text_of(head);
    body_ = is_head_ ? std::string() : std::move(answer.body);
    write([](Session& self, error_code error) { self.on_answered(error); });
  }

  void begin(Answer head) override {
    if (is_closed_ || state_ != State::Waiting) return;
    state_ = State::Streaming;
    auto first = head_of(head);
    is_chunked_ = version_ >= 11;
    keep_alive_ = false;  // the read that watches for the client's end would eat the next request
    if (is_chunked_) first.chunked(true);
    first.keep_alive(keep_alive_);
    head_ = text_of(first);
    if (!has_more_body()) watch_client();
    is_writing_ = true;
    write([](Session& self, error_code error) { self.on_piece_written(error); });
  }

  void push(std::string bytes) override {
    if (is_closed_ || state_ != State::Streaming || has_ended_ || bytes.empty() || is_head_) return;
    unsent_ += bytes.size();
    pieces_.push_back(std::move(bytes));
    write_pieces();
  }

  void end() override {
    if (is_closed_ || state_ != State::Streaming || has_ended_) return;
    has_ended_ = true;
    write_pieces();
  }

  std::size_t unsent_bytes() const override { return unsent_; }

  void read_more(std::function<void(std::string, bool)> on_piece) override {
    if (is_closed_ || !has_more_body()) return on_piece({}, true);
    on_piece_ = std::move(on_piece);
    enough_ = 1;
    expire_after(limits().body);
    if (state_ == State::Waiting && std::exchange(waits_for_continue_, false)) return say_continue();
    parse();
  }

 private:
  static constexpr bool kIsTls = std::is_same_v<Stream, Tls>;
  enum class State { Reading, Waiting, Answering, Streaming };

  std::shared_ptr<Session> self() { return this->shared_from_this(); }
  const Limits& limits() const { return context_->limits; }
  Plain& lowest() { return beast::get_lowest_layer(stream_); }
  tcp::socket& socket() { return lowest().socket(); }
  void expire_after(std::chrono::milliseconds time) { lowest().expires_after(time); }

  // The only read and the only write, for plain functions: each further kind of handler or buffers makes the compiler
  // build the whole tower of Asio's, Beast's and OpenSSL's templates once more.
  using OnRead = void (*)(Session&, error_code, std::size_t);
  using OnWritten = void (*)(Session&, error_code);

  void read(asio::mutable_buffer into, OnRead then) {
    stream_.async_read_some(into,
                            [self = self(), then](error_code error, std::size_t count) { then(*self, error, count); });
  }

  // Sends head_ and body_, which stay as they are until `then`.
  void write(OnWritten then) {
    expire_after(limits().sending);
    const std::array<asio::const_buffer, 2> all{asio::buffer(head_), asio::buffer(body_)};
    asio::async_write(stream_, all, [self = self(), then](error_code error, std::size_t) { then(*self, error); });
  }

  // ---- reading

  void wait_for_request() {
    state_ = State::Reading;
    on_drained = on_gone = nullptr;
    if (!context_->handler) return close();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits().header_bytes));
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // Boost 1.74 takes none for zero
    enough_ = limits().body_bytes + 1;
    if (buffer_.size() > 0) return begin_head();
    expire_after(limits().idle);
    read(buffer_.prepare(kReadBytes), [](Session& self, error_code error, std::size_t count) {
      self.buffer_.commit(count);
      if (!error) self.begin_head();
    });
  }

  void begin_head() {
    expire_after(limits().head);
    parse();
  }

  bool has_more_body() const { return parser_ && !parser_->is_done(); }

  // Gives the parser what has come, and asks for more until the message is whole, or long.
  void parse() {
    error_code error;
    while (buffer_.size() > 0 && !error && !is_enough()) {
      const bool was_in_head = !parser_->is_header_done();
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (was_in_head && parser_->is_header_done() && !error) {
        on_head();
        if (parser_->content_length().value_or(0) > limits().body_bytes) return hand_over();
        if (std::exchange(waits_for_continue_, false)) return say_continue();
      }
    }
    if (error && error != http::error::need_more) return on_bad_request(error);
    if (is_enough()) return state_ == State::Reading ? hand_over() : give_piece();
    read(buffer_.prepare(kReadBytes), [](Session& self, error_code failed, std::size_t count) {
      self.buffer_.commit(count);
      if (!failed) return self.parse();
      // Gone, or too slow: nobody to talk to, but somebody may wait for the body.
      if (self.state_ != State::Reading) self.close();
    });
  }

  bool is_enough() const {
    return parser_->is_done() || (parser_->is_header_done() && parser_->get().body().size() >= enough_);
  }

  void on_head() {
    version_ = parser_->get().version();
    keep_alive_ = parser_->keep_alive();
    waits_for_continue_ = !parser_->is_done() && beast::iequals(parser_->get()[http::field::expect], "100-continue");
    expire_after(limits().body);
  }

  void say_continue() {
    head_ = "HTTP/1.1 100 Continue\r\n\r\n";
    body_.clear();
    write([](Session& self, error_code failed) {
      self.expire_after(self.limits().body);
      if (!failed) self.parse();
    });
  }

  void hand_over() {
    const auto& message = parser_->get();
    Request request;
    request.method = std::string(text(message.method_string()));
    request.target = std::string(text(message.target()));
    for (const auto& field : message)
      request.headers.push_back({std::string(text(field.name_string())), std::string(text(field.value()))});
    request.body = std::exchange(parser_->get().body(), {});
    request.has_more_body = has_more_body();
    request.peer = peer_;
    request.is_tls = kIsTls;
    is_head_ = request.method == "HEAD";
    lowest().expires_never();
    state_ = State::Waiting;
    if (!context_->handler) return close();
    context_->handler(std::move(request), self());
  }

  void give_piece() {
    lowest().expires_never();
    const bool is_last = parser_->is_done();
    if (is_last && state_ == State::Streaming) watch_client();
    const auto on_piece = std::exchange(on_piece_, nullptr);
    on_piece(std::exchange(parser_->get().body(), {}), is_last);
  }

  void on_bad_request(error_code error) {
    if (state_ != State::Reading) return close();  // whoever reads the body hears that its client is gone
    if (error == http::error::header_limit) return refuse(431, "The header of the request is too large.");
    refuse(400, fmt::format("This is not a valid HTTP request: {}.", error.message()));
  }

  void refuse(int status, const std::string& why) {
    state_ = State::Waiting;
    keep_alive_ = false;
    is_refused_ = true;
    is_head_ = false;
    version_ = 11;
    answer({status, "text/plain; charset=utf-8", why + "\n", {}});
  }

  // ---- writing

  Head head_of(const Answer& answer) const {
    Head head;
    head.version(version_ < 11 ? 10 : 11);
    head.result(static_cast<unsigned>(answer.status));
    if (!answer.content_type.empty()) head.set(http::field::content_type, answer.content_type);
    for (const Header& header : answer.headers) head.insert(header.name, header.value);
    return head;
  }

  void on_answered(error_code error) {
    body_ = {};
    if (error) return leave();
    next_request();
  }

  void next_request() {
    if (keep_alive_) return wait_for_request();
    say_goodbye();
  }

  void say_goodbye() {
    if constexpr (kIsTls) {
      expire_after(limits().handshake);
      stream_.async_shutdown([self = self()](error_code) {});
    } else {
      error_code ignored;
      socket().shutdown(tcp::socket::shutdown_send, ignored);
      if (!is_refused_ || on_piece_) return;  // there is one read at a time
      lowest().expires_after(kLinger);
      linger();
    }
  }

  void linger() {
    read(asio::buffer(thrown_away_), [](Session& self, error_code error, std::size_t count) {
      self.lingered_ += count;
      if (!error && self.lingered_ < kLingerBytes) self.linger();
    });
  }

  void write_pieces() {
    if (is_writing_ || is_closed_) return;
    if (pieces_.empty()) {
      if (has_ended_) finish_stream();
      return;
    }
    head_.clear();
    body_.clear();
    for (const std::string& piece : pieces_) body_ += is_chunked_ ? chunk(piece) : piece;
    pieces_.clear();
    is_writing_ = true;
    on_the_way_ = unsent_;
    write([](Session& self, error_code error) { self.on_piece_written(error); });
  }

  void on_piece_written(error_code error) {
    is_writing_ = false;
    if (error) return close();
    unsent_ -= std::exchange(on_the_way_, 0);
    if (unsent_ == 0 && on_drained) on_drained();
    write_pieces();
  }

  void finish_stream() {
    state_ = State::Answering;
    is_writing_ = true;
    head_ = is_chunked_ && !is_head_ ? "0\r\n\r\n" : "";
    body_.clear();
    write([](Session& self, error_code error) {
      self.is_writing_ = false;
      self.on_gone = nullptr;
      error_code ignored;
      if (!error) self.socket().shutdown(tcp::socket::shutdown_send, ignored);
      self.close();
    });
  }

  // Notices at once when the client of a stream leaves.
  void watch_client() {
    lowest().expires_never();
    read(asio::buffer(thrown_away_), [](Session& self, error_code error, std::size_t) {
      if (self.state_ != State::Streaming) return;
      if (error) return self.close();
      self.watch_client();
    });
  }

  void leave() {
    is_closed_ = true;
    if (const auto gone = std::exchange(on_gone, nullptr)) gone();
    on_drained = nullptr;
    on_piece_ = nullptr;
  }

  const std::shared_ptr<SessionContext> context_;
  const std::function<void()> on_end_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<PiecesBody>> parser_;
  std::size_t enough_ = 0;  // so many bytes of a body are given on
  std::function<void(std::string, bool)> on_piece_;
  std::string peer_;
  State state_ = State::Reading;
  unsigned version_ = 11;
  bool keep_alive_ = false, is_closed_ = false, is_refused_ = false;
  bool is_head_ = false, waits_for_continue_ = false;
  bool is_chunked_ = false, is_writing_ = false, has_ended_ = false;
  std::deque<std::string> pieces_;
  std::string head_, body_;  // being written
  std::size_t unsent_ = 0, on_the_way_ = 0, lingered_ = 0;
  std::array<char, 2048> thrown_away_;
};

}  // namespace

std::shared_ptr<Connection> start_session(tcp::socket socket, std::shared_ptr<SessionContext> context,
                                          std::function<void()> on_end) {
  if (asio::ssl::context* tls = context->tls.get()) {
    auto session = std::make_shared<Session<Tls>>(std::move(context), std::move(on_end), std::move(socket), *tls);
    session->start();
    return session;
  }
  auto session = std::make_shared<Session<Plain>>(std::move(context), std::move(on_end), std::move(socket));
  session->start();
  return session;
}

}  // namespace acrida::web
