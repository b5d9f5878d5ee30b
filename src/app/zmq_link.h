#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace acrida::app {

// The link cannot be had; what() says why in words for people.
struct LinkError : std::runtime_error {
  LinkError(const std::string& text, bool is_busy) : std::runtime_error(text), is_address_in_use(is_busy) {}
  bool is_address_in_use;
};

// One end of the links between master and workers: a ROUTER that listens or a DEALER that connects. All of ZeroMQ is in
// this file's source.
//
// With a secret the link is encrypted by CURVE, with the master's keys derived from the secret: who does not know it
// does not get through the handshake of the transport.
//
// Owner   a node.
// Thread  the loop's, but for the constructor, listen(), connect(), and close_finally().
// Fails   listen() and connect() throw LinkError. A message that cannot be sent is lost, as a cut link would lose it.
class ZmqLink {
 public:
  enum class Kind { Router, Dealer };
  struct Settings {
    Kind kind = Kind::Router;
    std::string identity;                   // of a dealer
    std::string secret;                     // empty: not encrypted
    std::size_t message_bytes = 64u << 20;  // a peer that sends more is disconnected
  };
  // `peer` is empty on a dealer. `address`: of the other side, without the port.
  using OnMessage = std::function<void(std::string_view peer, std::string_view bytes, std::string_view address)>;
  // A peer did not get through the handshake, or we did not. Certain: for its secret, another one or none. Otherwise
  // the other side just closed the connection: so does a master towards a worker with another secret, and so does what
  // only looks whether the port is open.
  using OnRefused = std::function<void(bool is_certain)>;

  ZmqLink(boost::asio::io_context& loop, Settings settings);
  ~ZmqLink();
  ZmqLink(const ZmqLink&) = delete;
  ZmqLink& operator=(const ZmqLink&) = delete;

  // Host "*": all interfaces; port 0: a free one, see port().
  void listen(const std::string& host, int port);
  void connect(const std::string& host, int port);
  int port() const;
  // What a peer must know to connect to a listener with that secret, in Z85.
  static std::string master_public_key(const std::string& secret);

  // Messages arrive from now on.
  void start(OnMessage on_message, OnRefused on_refused);
  // Whatever has come is handed out first: rules about silence must not suffer from our own lateness.
  void read_all();
  void send(std::string_view peer, std::string_view bytes);
  // A new connection with the same identity.
  void reconnect();

  // Nothing arrives any more. What was sent is still delivered, see close_finally().
  void close();
  // After close(), on a thread that may block: waits a moment for what was sent last.
  void close_finally();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace acrida::app
