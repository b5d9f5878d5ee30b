#include "http/server_testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <cstdlib>
#include <stdexcept>

namespace acrida::http {

std::string Peer::read_some() {
  char buffer[65536];
  const auto size = ssl_ ? SSL_read(ssl_, buffer, sizeof buffer) : recv(fd_, buffer, sizeof buffer, 0);
  return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
}

std::string Peer::read_head() {
  std::size_t end = 0;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    const std::string more = read_some();
    if (more.empty()) return {};
    unread_ += more;
  }
  std::string head = unread_.substr(0, end + 4);
  unread_.erase(0, end + 4);
  return head;
}

std::string Peer::read_request() {
  std::string request = read_head();
  const auto at = request.find("Content-Length: ");
  const std::size_t length = at == std::string::npos ? 0 : std::strtoul(request.c_str() + at + 16, nullptr, 10);
  while (unread_.size() < length) {
    const std::string more = read_some();
    if (more.empty()) return {};
    unread_ += more;
  }
  request += unread_.substr(0, length);
  unread_.erase(0, length);
  return request;
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void Peer::wait_for_end() {
  while (!read_some().empty()) {
  }
}

void Peer::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Peer::stop_sending() { shutdown(fd_, SHUT_WR); }

TestingServer::TestingServer(Script script, SSL_CTX* tls)
    : script_(std::move(script)), tls_(tls), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_.get(), any, size) != 0 || listen(listener_.get(), 4096) != 0 ||
      getsockname(listener_.get(), any, &size) != 0) {
    throw std::runtime_error("no port for the testing server");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

TestingServer::~TestingServer() {
  is_stopping_ = true;
  shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  {
    std::lock_guard lock(mutex_);
    for (Session& session : sessions_) {
      if (session.socket) shutdown(session.socket.get(), SHUT_RDWR);
    }
  }
  for (Session& session : sessions_) session.thread.join();
}

void TestingServer::accept_all() {
  while (!is_stopping_) {
    reactor::Descriptor socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return;
    const int number = connections_++;
    std::lock_guard lock(mutex_);
    Session& session = sessions_.emplace_back();
    session.socket = std::move(socket);
    session.thread = std::thread([this, &session, number] { serve(session, number); });
  }
}

void TestingServer::serve(Session& session, int number) {
  int fd = -1;
  {
    std::lock_guard lock(mutex_);
    fd = session.socket.get();
  }
  SSL* ssl = tls_ ? SSL_new(tls_) : nullptr;
  if (ssl) SSL_set_fd(ssl, fd);
  if (ssl && SSL_accept(ssl) != 1) {
    ++failed_handshakes_;
  } else {
    Peer peer(fd, ssl, number);
    script_(peer);
    if (ssl) SSL_shutdown(ssl);
  }
  SSL_free(ssl);
  std::lock_guard lock(mutex_);
  session.socket.close();
}

std::string ok_answer(std::string_view body, std::string_view more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more_headers) +
         "\r\n" + std::string(body);
}

}  // namespace acrida::http
