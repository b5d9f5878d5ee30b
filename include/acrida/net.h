#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "acrida/export.h"

// Sockets for protocols of your own. They block as usual sockets do, but only their user: others go on meanwhile.
namespace acrida {

// What the network or the peer did; what() says where and why.
class ACRIDA_API SocketError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The addresses of a name, as texts. SocketError when there are none.
ACRIDA_API std::vector<std::string> resolve(const std::string& host);

struct SocketOptions {
  double timeout = 60;           // seconds without progress; 0: none
  bool tls = false;              // TLS on top, with the host as the name to verify
  bool verify = true;            // the certificate
  std::string authorities = {};  // who may have signed it: a file or folder; empty: the system's
  std::string certificate = {};  // what we show: a PEM file …
  std::string key = {};          // … and its key; empty: in the same file
};

// A TCP connection, with TLS if asked for.
//
// Owner   a user; not to be used by another one. Fails: SocketError.
class ACRIDA_API TcpSocket {
 public:
  TcpSocket(const std::string& host, std::uint16_t port, const SocketOptions& options = {});
  TcpSocket(TcpSocket&&) noexcept;
  TcpSocket& operator=(TcpSocket&&) noexcept;
  ~TcpSocket();

  void send(std::string_view bytes);  // all of them
  // What is there, at most so much, waiting for the first byte; empty: the peer has closed.
  std::string receive(std::size_t most = 64 * 1024);
  std::string receive_exactly(std::size_t size);
  // Up to and including the mark, which is left out of the result ("\r\n" reads a line).
  std::string receive_until(std::string_view mark, std::size_t most = 1024 * 1024);
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Datagrams to and from one peer. Owner and failures as above.
class ACRIDA_API UdpSocket {
 public:
  UdpSocket(const std::string& host, std::uint16_t port, double timeout = 60);
  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  ~UdpSocket();

  void send(std::string_view datagram);
  std::string receive();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acrida
