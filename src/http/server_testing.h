#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "reactor/descriptor.h"

namespace acrida::http {

// One connection of a client to the TestingServer, on a thread of its own, blocking.
class Peer {
 public:
  Peer(int fd, SSL* ssl, int number) : fd_(fd), ssl_(ssl), number_(number) {}

  // Head and body of the next request; empty when the client has closed.
  std::string read_request();
  // Up to and including the empty line, leaving the body in the socket.
  std::string read_head();
  std::string read_some();
  bool send(std::string_view bytes);
  // Stays silent until the client closes.
  void wait_for_end();
  // Reset instead of an orderly end.
  void reset();
  void stop_sending();
  bool is_resumed() const { return SSL_session_reused(ssl_) == 1; }
  int number() const { return number_; }  // of the connection, from 0

 private:
  int fd_;
  SSL* ssl_;
  int number_;
  std::string unread_;
};

// A scripted server on a loopback port.
class TestingServer {
 public:
  using Script = std::function<void(Peer&)>;
  // With a context it speaks TLS.
  explicit TestingServer(Script script, SSL_CTX* tls = nullptr);
  ~TestingServer();

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  int failed_handshakes() const { return failed_handshakes_; }

 private:
  struct Session {
    std::thread thread;
    reactor::Descriptor socket;
  };
  void accept_all();
  void serve(Session& session, int number);

  Script script_;
  SSL_CTX* tls_;
  reactor::Descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0}, failed_handshakes_{0};
  std::mutex mutex_;
  std::list<Session> sessions_;
  std::atomic<bool> is_stopping_{false};
  std::thread acceptor_;
};

// "HTTP/1.1 200 OK" with a length and this body.
std::string ok_answer(std::string_view body = "hello", std::string_view more_headers = "");

}  // namespace acrida::http
