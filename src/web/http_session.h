#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>

#include "web/http.h"
#include "web/http_server.h"

namespace acrida::web {

// What the connections of a server share.
struct SessionContext {
  Limits limits;
  Handler handler;                                 // emptied when the server ends
  std::unique_ptr<boost::asio::ssl::context> tls;  // null: plain
};

// One connection, from the handshake to its end. It keeps itself alive while it waits for the client.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void close() = 0;
};

// `on_end` is called when the connection is gone.
std::shared_ptr<Connection> start_session(boost::asio::ip::tcp::socket socket, std::shared_ptr<SessionContext> context,
                                          std::function<void()> on_end);

}  // namespace acrida::web
