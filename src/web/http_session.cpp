#include "web/http_session.h"

#include <fmt/core.h>

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

std::string chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

std::string_view text(beast::string_view view) { return {view.data(), view.size()}; }

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
    const bool is_head = request_.method == "HEAD";
    const std::size_t length = answer.body.size();
    response_.emplace();
    response_->body() = is_head ? std::string() : std::move(answer.body);
    put_head(*response_, answer);
    if (answer.status != 304 && answer.status != 204) response_->content_length(length);
    response_->keep_alive(keep_alive_);
    expire_after(limits().sending);
    if (is_head) {
      serializer_.emplace(*response_);
      http::async_write_header(stream_, *serializer_,
                               [self = self()](error_code error, std::size_t) { self->on_answered(error); });
    } else {
      http::async_write(stream_, *response_,
                        [self = self()](error_code error, std::size_t) { self->on_answered(error); });
    }
  }

  void begin(Answer head) override {
    if (is_closed_ || state_ != State::Waiting) return;
    state_ = State::Streaming;
    response_.emplace();
    put_head(*response_, head);
    is_chunked_ = version_ >= 11;
    keep_alive_ = false;  // the read that watches for the client's end would eat the next request
    if (is_chunked_) response_->chunked(true);
    response_->keep_alive(keep_alive_);
    serializer_.emplace(*response_);
    watch_client();
    expire_after(limits().sending);
    is_writing_ = true;
    http::async_write_header(stream_, *serializer_,
                             [self = self()](error_code error, std::size_t) { self->on_piece_written(error, 0); });
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

  // ---- reading

  void wait_for_request() {
    state_ = State::Reading;
    request_ = {};
    on_drained = on_gone = nullptr;
    if (!context_->handler) return close();
    if (buffer_.size() > 0) return read_head();
    expire_after(limits().idle);
    stream_.async_read_some(buffer_.prepare(4096), [self = self()](error_code error, std::size_t count) {
      self->buffer_.commit(count);
      if (!error) self->read_head();
    });
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits().header_bytes));
    parser_->body_limit(limits().body_bytes);
    expire_after(limits().head);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = self()](error_code error, std::size_t) { self->on_head(error); });
  }

  void on_head(error_code error) {
    if (error) return on_bad_request(error);
    version_ = parser_->get().version();
    keep_alive_ = parser_->keep_alive();
    expire_after(limits().body);
    if (parser_->is_done() || !beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue), [self = self()](error_code failed, std::size_t) {
      if (!failed) self->read_body();
    });
  }

  void read_body() {
    if (parser_->is_done()) return on_request({});
    http::async_read(stream_, buffer_, *parser_,
                     [self = self()](error_code error, std::size_t) { self->on_request(error); });
  }

  void on_request(error_code error) {
    if (error) return on_bad_request(error);
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
    const bool is_of_http = error.category() == http::make_error_code(http::error::bad_method).category();
    if (is_of_http && error != http::error::end_of_stream && error != http::error::partial_message)
      return refuse(400, fmt::format("This is not a valid HTTP request: {}.", error.message()));
    // Gone, or too slow: nobody to talk to.
  }

  void refuse(int status, std::string why) {
    state_ = State::Waiting;
    keep_alive_ = false;
    is_refused_ = true;
    version_ = 11;
    answer({status, "text/plain; charset=utf-8", why + "\n", {}});
  }

  // ---- writing

  void put_head(http::response<http::string_body>& response, const Answer& answer) {
    response.version(version_ < 11 ? 10 : 11);
    response.result(static_cast<unsigned>(answer.status));
    if (!answer.content_type.empty()) response.set(http::field::content_type, answer.content_type);
    for (const Header& header : answer.headers) response.insert(header.name, header.value);
  }

  void on_answered(error_code error) {
    serializer_.reset();
    if (error && error != http::error::end_of_stream) return leave();
    response_.reset();
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
    stream_.async_read_some(asio::buffer(thrown_away_), [self = self()](error_code error, std::size_t count) {
      self->lingered_ += count;
      if (!error && self->lingered_ < kLingerBytes) self->linger();
    });
  }

  void write_pieces() {
    if (is_writing_ || is_closed_) return;
    if (pieces_.empty()) {
      if (has_ended_) finish_stream();
      return;
    }
    frame_.clear();
    const std::size_t bytes = unsent_;
    for (const std::string& piece : pieces_) frame_ += is_chunked_ ? chunk(piece) : piece;
    pieces_.clear();
    is_writing_ = true;
    expire_after(limits().sending);
    asio::async_write(stream_, asio::buffer(frame_),
                      [self = self(), bytes](error_code error, std::size_t) { self->on_piece_written(error, bytes); });
  }

  void on_piece_written(error_code error, std::size_t bytes) {
    is_writing_ = false;
    if (error) return close();
    unsent_ -= bytes;
    if (unsent_ == 0 && on_drained) on_drained();
    write_pieces();
  }

  void finish_stream() {
    state_ = State::Answering;
    is_writing_ = true;
    frame_ = is_chunked_ && request_.method != "HEAD" ? "0\r\n\r\n" : "";
    asio::async_write(stream_, asio::buffer(frame_), [self = self()](error_code error, std::size_t) {
      self->is_writing_ = false;
      self->on_gone = nullptr;
      error_code ignored;
      if (!error) self->socket().shutdown(tcp::socket::shutdown_send, ignored);
      self->close();
    });
  }

  // Notices at once when the client of a stream leaves.
  void watch_client() {
    lowest().expires_never();
    stream_.async_read_some(asio::buffer(thrown_away_), [self = self()](error_code error, std::size_t) {
      if (self->state_ != State::Streaming) return;
      if (error) return self->close();
      self->watch_client();
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
  std::optional<http::response<http::string_body>> response_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  Request request_;
  std::string peer_;
  State state_ = State::Reading;
  unsigned version_ = 11;
  bool keep_alive_ = false, is_closed_ = false, is_refused_ = false;
  bool is_chunked_ = false, is_writing_ = false, has_ended_ = false;
  std::deque<std::string> pieces_;
  std::string frame_;
  std::size_t unsent_ = 0, lingered_ = 0;
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
