#include "web/http_session.h"

#include <fmt/core.h>

#include <array>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <deque>
#include <optional>
#include <type_traits>
#include <utility>

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
constexpr std::size_t kLingerBytes = 1024 * 1024;
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
    auto head = head_of(answer);
    if (answer.status != 304 && answer.status != 204) head.content_length(answer.body.size());
    head.keep_alive(keep_alive_);
    head_ = text_of(head);
    body_ = request_.method == "HEAD" ? std::string() : std::move(answer.body);
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
    watch_client();
    is_writing_ = true;
    write([](Session& self, error_code error) { self.on_piece_written(error); });
  }

  void push(std::string bytes) override {
    if (is_closed_ || state_ != State::Streaming || has_ended_ || bytes.empty() || request_.method == "HEAD") return;
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
    request_ = {};
    on_drained = on_gone = nullptr;
    if (!context_->handler) return close();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits().header_bytes));
    parser_->body_limit(limits().body_bytes);
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

  // Gives the parser what has come, and asks for more until the message is whole.
  void parse() {
    error_code error;
    while (buffer_.size() > 0 && !error && !parser_->is_done()) {
      const bool was_in_head = !parser_->is_header_done();
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (was_in_head && parser_->is_header_done() && !error) {
        on_head();
        if (asks_to_continue()) return say_continue();
      }
    }
    if (error && error != http::error::need_more) return on_bad_request(error);
    if (parser_->is_done()) return on_request();
    read(buffer_.prepare(kReadBytes), [](Session& self, error_code failed, std::size_t count) {
      self.buffer_.commit(count);
      if (!failed) return self.parse();
      // Gone, or too slow: nobody to talk to.
    });
  }

  void on_head() {
    version_ = parser_->get().version();
    keep_alive_ = parser_->keep_alive();
    expire_after(limits().body);
  }

  bool asks_to_continue() const {
    return !parser_->is_done() && beast::iequals(parser_->get()[http::field::expect], "100-continue");
  }

  void say_continue() {
    head_ = "HTTP/1.1 100 Continue\r\n\r\n";
    body_.clear();
    write([](Session& self, error_code failed) {
      self.expire_after(self.limits().body);
      if (!failed) self.parse();
    });
  }

  void on_request() {
    auto message = parser_->release();
    parser_.reset();
    request_.method = std::string(text(message.method_string()));
    request_.target = std::string(text(message.target()));
    for (const auto& field : message)
      request_.headers.push_back({std::string(text(field.name_string())), std::string(text(field.value()))});
    request_.body = std::move(message.body());
    request_.peer = peer_;
    request_.is_tls = kIsTls;
    lowest().expires_never();
    hand_over();
  }

  void hand_over() {
    state_ = State::Waiting;
    if (!context_->handler) return close();
    Request request = request_;
    request_.body.clear();
    context_->handler(std::move(request), self());
  }

  void on_bad_request(error_code error) {
    if (error == http::error::header_limit) return refuse(431, "The header of the request is too large.");
    if (error == http::error::body_limit) return refuse(413, "The body of the request is too large.");
    refuse(400, fmt::format("This is not a valid HTTP request: {}.", error.message()));
  }

  void refuse(int status, std::string why) {
    state_ = State::Waiting;
    keep_alive_ = false;
    is_refused_ = true;
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
      if (!is_refused_) return;
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
    head_ = is_chunked_ && request_.method != "HEAD" ? "0\r\n\r\n" : "";
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
  }

  const std::shared_ptr<SessionContext> context_;
  const std::function<void()> on_end_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Request request_;
  std::string peer_;
  State state_ = State::Reading;
  unsigned version_ = 11;
  bool keep_alive_ = false, is_closed_ = false, is_refused_ = false;
  bool is_chunked_ = false, is_writing_ = false, has_ended_ = false;
  std::deque<std::string> pieces_;
  std::string head_, body_;  // being written
  std::size_t unsent_ = 0, on_the_way_ = 0, lingered_ = 0;
  std::array<char, 2048> thrown_away_;
};

}  // namespace

std::shared_ptr<Connection> start_session(tcp::socket socket, std::shared_ptr<SessionContext> context,
                                          std::function<void()> on_end) {
  if (context->tls) {
    auto session = std::make_shared<Session<Tls>>(context, std::move(on_end), std::move(socket), *context->tls);
    session->start();
    return session;
  }
  auto session = std::make_shared<Session<Plain>>(context, std::move(on_end), std::move(socket));
  session->start();
  return session;
}

}  // namespace acrida::web
