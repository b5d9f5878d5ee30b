#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "web/http.h"

namespace acrida::web {

// What a client may take of us.
struct Limits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 1024 * 1024;  // that are read before the handler is called; see Request::has_more_body
  std::size_t connections = 4000;
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds idle{75'000};     // until the first byte of a request
  std::chrono::milliseconds head{15'000};     // from there to the end of its header
  std::chrono::milliseconds body{60'000};     // and to the end of its body, or the next piece of a long one
  std::chrono::milliseconds sending{30'000};  // until the client has taken a piece of the answer
};

struct ListenOptions {
  std::string host;  // empty or "*": all addresses, IPv4 and IPv6
  std::uint16_t port = 0;
  std::string tls_certificate, tls_key;  // files; TLS if both are given
  Limits limits;
};

// It cannot listen; the text says where, why and what to do.
struct ListenError : std::runtime_error {
  using runtime_error::runtime_error;
  bool is_address_in_use = false;
};

// An HTTP/1.1 server: listens, reads requests within limits and deadlines, hands them to one handler.
//
// Owner   the web site.
// Thread  constructor and destructor on any; the handler is called on the loop's thread.
// Fails   the constructor throws ListenError. Clients cannot make it fail: what they do wrong ends their connection.
class HttpServer {
 public:
  HttpServer(boost::asio::io_context& loop, const ListenOptions& options, Handler handler);
  // Listening ends at once; connections are closed when the loop gets there.
  ~HttpServer();

  std::uint16_t port() const;
  bool is_loopback_only() const;
  // Connections that were closed unheard since there were too many.
  std::size_t refused_connections() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace acrida::web
