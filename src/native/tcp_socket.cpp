#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <acrida/net.h>
#include "native/waiting_socket.h"
#include "net/socket.h"
#include "net/tls_context.h"
#include "net/tls_session.h"

namespace acrida {

using native::WaitingSocket;

struct TcpSocket::State {
  State(const std::string& host, std::uint16_t port, const SocketOptions& options)
      : socket(native::loop_of_caller("TcpSocket"), fmt::format("{}:{}", host, port), options.timeout) {
    connect(host, port);
    if (options.tls) begin_tls(host, options);
  }
  ~State() { close(); }

  void connect(const std::string& host, std::uint16_t port);
  void begin_tls(const std::string& host, const SocketOptions& wished);
  std::size_t receive_some(char* buffer, std::size_t room);  // 0: the end
  std::size_t receive_plain(char* buffer, std::size_t room);
  std::size_t receive_tls(char* buffer, std::size_t room);
  void send(std::string_view bytes);
  // Reads more into `buffered`; false at the end.
  bool fill();
  void close();

  WaitingSocket socket;
  std::unique_ptr<net::TlsContext> context;
  std::unique_ptr<net::TlsSession> tls;
  std::string cipher;    // what the TLS session reads from
  std::string buffered;  // received, but not asked for yet
};

void TcpSocket::State::connect(const std::string& host, std::uint16_t port) {
  int error = 0;
  for (const net::Address& address : native::look_up(socket.loop(), host)) {
    reactor::Descriptor descriptor = net::begin_connect(address.with_port(port), error);
    if (!descriptor) continue;
    const int fd = descriptor.get();
    socket.use(std::move(descriptor));
    socket.wait_writable("to connect to");
    error = net::connect_result(fd);
    if (error == 0) return;
  }
  socket.fail(std::strerror(error));
}

void TcpSocket::State::begin_tls(const std::string& host, const SocketOptions& wished) {
  net::TlsOptions options;
  options.verify = wished.verify;
  options.ca_path = wished.authorities;
  options.cert_file = wished.certificate;
  options.key_file = wished.key;
  auto made = net::TlsContext::make(options);
  if (!made) socket.fail(made.error());
  context = std::move(*made);
  tls = std::make_unique<net::TlsSession>(*context, socket.fd(), host, nullptr);
  for (;;) {
    const net::TlsSession::Step step = tls->handshake();
    if (step == net::TlsSession::Step::Done) return;
    if (step == net::TlsSession::Step::WantsWrite) {
      socket.found_full();
      socket.wait_writable();
      continue;
    }
    if (step != net::TlsSession::Step::WantsRead) socket.fail("TLS: " + tls->error());
    cipher.resize(16 * 1024);
    const std::size_t size = receive_plain(cipher.data(), cipher.size());
    if (size == 0) socket.fail("closed during the TLS handshake");
    cipher.resize(size);
    tls->feed(cipher);
  }
}

std::size_t TcpSocket::State::receive_plain(char* buffer, std::size_t room) {
  for (;;) {
    const net::Received received = net::receive(socket.fd(), buffer, room);
    if (received.size >= 0) return static_cast<std::size_t>(received.size);
    if (received.error != EAGAIN) socket.fail(std::strerror(received.error));
    socket.found_empty();
    socket.wait_readable();
  }
}

std::size_t TcpSocket::State::receive_tls(char* buffer, std::size_t room) {
  for (;;) {
    std::size_t size = 0;
    switch (tls->read(buffer, room, size)) {
      case net::TlsSession::Step::Done:
        return size;
      case net::TlsSession::Step::Closed:
        return 0;
      case net::TlsSession::Step::WantsRead:
        break;
      case net::TlsSession::Step::WantsWrite:
        socket.found_full();
        socket.wait_writable();
        continue;
      case net::TlsSession::Step::Failed:
        socket.fail("TLS: " + tls->error());
    }
    cipher.resize(16 * 1024);
    const std::size_t got = receive_plain(cipher.data(), cipher.size());
    if (got == 0) return 0;
    cipher.resize(got);
    tls->feed(cipher);
  }
}

std::size_t TcpSocket::State::receive_some(char* buffer, std::size_t room) {
  if (!socket.fd() || socket.fd() < 0) socket.fail("the socket is closed");
  return tls ? receive_tls(buffer, room) : receive_plain(buffer, room);
}

bool TcpSocket::State::fill() {
  char piece[8 * 1024];
  const std::size_t size = receive_some(piece, sizeof piece);
  buffered.append(piece, size);
  return size > 0;
}

void TcpSocket::State::send(std::string_view bytes) {
  if (socket.fd() < 0) socket.fail("the socket is closed");
  while (!bytes.empty()) {
    std::size_t written = 0;
    bool is_full = false;
    if (tls) {
      const net::TlsSession::Step step = tls->write(bytes.data(), bytes.size(), written);
      is_full = step == net::TlsSession::Step::WantsWrite;
      if (step == net::TlsSession::Step::Failed || step == net::TlsSession::Step::Closed)
        socket.fail("TLS: " + tls->error());
    } else {
      const ssize_t sent = net::send_bytes(socket.fd(), bytes.data(), bytes.size());
      is_full = sent == -EAGAIN;
      if (sent < 0 && !is_full) socket.fail(std::strerror(static_cast<int>(-sent)));
      if (sent > 0) written = static_cast<std::size_t>(sent);
    }
    bytes.remove_prefix(written);
    if (!is_full) continue;
    socket.found_full();
    socket.wait_writable();
  }
}

void TcpSocket::State::close() {
  if (tls && socket.fd() >= 0) tls->shut_down();
  tls.reset();
  socket.close();
}

TcpSocket::TcpSocket(const std::string& host, std::uint16_t port, const SocketOptions& options)
    : state_(std::make_unique<State>(host, port, options)) {}
TcpSocket::TcpSocket(TcpSocket&&) noexcept = default;
TcpSocket& TcpSocket::operator=(TcpSocket&&) noexcept = default;
TcpSocket::~TcpSocket() = default;

void TcpSocket::send(std::string_view bytes) { state_->send(bytes); }
void TcpSocket::close() { state_->close(); }

std::string TcpSocket::receive(std::size_t most) {
  std::string& buffered = state_->buffered;
  if (buffered.empty()) state_->fill();
  std::string piece = buffered.substr(0, most);
  buffered.erase(0, piece.size());
  return piece;
}

std::string TcpSocket::receive_exactly(std::size_t size) {
  std::string& buffered = state_->buffered;
  while (buffered.size() < size)
    if (!state_->fill()) state_->socket.fail(fmt::format("closed after {} of {} bytes", buffered.size(), size));
  return receive(size);
}

std::string TcpSocket::receive_until(std::string_view mark, std::size_t most) {
  std::string& buffered = state_->buffered;
  for (std::size_t looked_at = 0;;) {
    const std::size_t found = buffered.find(mark, looked_at);
    if (found != buffered.npos) {
      std::string text = buffered.substr(0, found);
      buffered.erase(0, found + mark.size());
      return text;
    }
    if (buffered.size() > most) state_->socket.fail(fmt::format("no end of a line within {} bytes", most));
    looked_at = buffered.size() < mark.size() ? 0 : buffered.size() - mark.size() + 1;
    if (!state_->fill()) state_->socket.fail("closed in the middle of a line");
  }
}

std::vector<std::string> resolve(const std::string& host) {
  std::vector<std::string> texts;
  for (const net::Address& address : native::look_up(native::loop_of_caller("resolve()"), host)) {
    std::string text = address.with_port(0).to_text();
    text.resize(text.rfind(':'));
    if (text.starts_with('[')) text = text.substr(1, text.size() - 2);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace acrida
