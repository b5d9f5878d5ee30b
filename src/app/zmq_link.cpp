#include "app/zmq_link.h"

#include <fmt/core.h>
#include <openssl/sha.h>
#include <zmq.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "app/link_pace.h"

namespace acrida::app {

namespace {

constexpr int kLingerMs = 1000;        // for what was sent last
constexpr int kMessagesPerTurn = 500;  // then others of the loop have their turn
constexpr std::size_t kKeyText = 41;   // Z85 and its end

struct CurveKeys {
  std::array<char, kKeyText> secret_key{}, public_key{};
};

// The master's keys, the same wherever the secret is known.
CurveKeys keys_from(std::string_view secret) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> seed{};
  const std::string text = "acrida: keys of the master's links\n" + std::string(secret);
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), seed.data());
  CurveKeys keys;
  zmq_z85_encode(keys.secret_key.data(), seed.data(), seed.size());
  if (zmq_curve_public(keys.public_key.data(), keys.secret_key.data()) != 0)
    throw LinkError("this libzmq has no CURVE encryption: a join secret cannot be used", false);
  return keys;
}

std::string endpoint(const std::string& host, int port) {
  const bool is_ipv6 = host.find(':') != host.npos && host.front() != '[';
  const std::string port_text = port == 0 ? "*" : std::to_string(port);
  return is_ipv6 ? fmt::format("tcp://[{}]:{}", host, port_text) : fmt::format("tcp://{}:{}", host, port_text);
}

// An IPv4 peer of a socket for both families comes as ::ffff:10.0.0.1.
std::string_view plain(std::string_view address) {
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  return address;
}

// A part of a message, where ZeroMQ has put it: reports are long, and a copy would cost as much as reading them.
class Frame {
 public:
  Frame() { zmq_msg_init(&message_); }
  ~Frame() { zmq_msg_close(&message_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  bool receive(void* socket) { return zmq_msg_recv(&message_, socket, ZMQ_DONTWAIT) >= 0; }
  bool has_more() const { return zmq_msg_more(&message_) != 0; }
  std::string_view view() { return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)}; }
  // The other side's, without the port; empty where ZeroMQ does not know it.
  std::string_view address() const {
    const char* from = zmq_msg_gets(&message_, "Peer-Address");
    return from ? plain(from) : std::string_view{};
  }

 private:
  zmq_msg_t message_;
};

}  // namespace

struct ZmqLink::Impl : std::enable_shared_from_this<Impl> {
  Impl(boost::asio::io_context& io, Settings given)
      : loop(io), settings(std::move(given)), context(zmq_ctx_new()), pause(io) {
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 16);
    open();
  }

  void set(int option, int value) const { zmq_setsockopt(socket, option, &value, sizeof value); }
  void set_text(int option, std::string_view value) const {
    zmq_setsockopt(socket, option, value.data(), value.size());
  }

  void open() {
    socket = zmq_socket(context, settings.kind == Kind::Router ? ZMQ_ROUTER : ZMQ_DEALER);
    if (!socket) throw LinkError(fmt::format("no ZeroMQ socket can be had: {}", zmq_strerror(zmq_errno())), false);
    set(ZMQ_LINGER, kLingerMs);
    set(ZMQ_SNDHWM, 0);
    set(ZMQ_RCVHWM, 0);
    set(ZMQ_IPV6, 1);
    set(ZMQ_TCP_KEEPALIVE, 1);
    set(ZMQ_TCP_KEEPALIVE_IDLE, 30);
    const auto most = static_cast<std::int64_t>(settings.message_bytes);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof most);
    if (!settings.identity.empty()) set_text(ZMQ_ROUTING_ID, settings.identity);
    if (!settings.secret.empty()) encrypt();
    const std::string events = fmt::format("inproc://events-{}", ++monitors);
    zmq_socket_monitor(
        socket, events.c_str(),
        ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    monitor = zmq_socket(context, ZMQ_PAIR);
    const int no_linger = 0;
    zmq_setsockopt(monitor, ZMQ_LINGER, &no_linger, sizeof no_linger);
    zmq_connect(monitor, events.c_str());
  }

  void encrypt() const {
    const CurveKeys master = keys_from(settings.secret);
    if (settings.kind == Kind::Router) {
      set(ZMQ_CURVE_SERVER, 1);
      set_text(ZMQ_CURVE_SECRETKEY, {master.secret_key.data(), kKeyText - 1});
      return;
    }
    CurveKeys own;
    zmq_curve_keypair(own.public_key.data(), own.secret_key.data());
    set_text(ZMQ_CURVE_SERVERKEY, {master.public_key.data(), kKeyText - 1});
    set_text(ZMQ_CURVE_PUBLICKEY, {own.public_key.data(), kKeyText - 1});
    set_text(ZMQ_CURVE_SECRETKEY, {own.secret_key.data(), kKeyText - 1});
  }

  // ---- ZeroMQ's descriptor is edge-triggered, and sending may swallow an edge: after each of them, look.
  void watch() {
    int fd = -1;
    std::size_t size = sizeof fd;
    zmq_getsockopt(socket, ZMQ_FD, &fd, &size);
    descriptor = std::make_unique<boost::asio::posix::stream_descriptor>(loop, fd);
    zmq_getsockopt(monitor, ZMQ_FD, &fd, &size);
    monitor_descriptor = std::make_unique<boost::asio::posix::stream_descriptor>(loop, fd);
    await_message();
    await_monitor();
    look_soon();
  }
  void unwatch() {
    // ZeroMQ's own: given back, not closed.
    if (descriptor) descriptor->release();
    if (monitor_descriptor) monitor_descriptor->release();
    descriptor.reset();
    monitor_descriptor.reset();
  }
  void await_message() {
    descriptor->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this(), life = generation](const boost::system::error_code& error) {
                             if (error || life != self->generation || !self->descriptor) return;
                             self->look_in_time();
                           });
  }
  void look_in_time() {
    const base::Duration gathering = settings.kind == Kind::Router ? pace.pause(base::now()) : base::Duration::zero();
    if (gathering == base::Duration::zero()) return look_and_await();
    pause.expires_after(gathering);
    pause.async_wait([self = shared_from_this(), life = generation](const boost::system::error_code& error) {
      if (!error && life == self->generation && self->descriptor) self->look_and_await();
    });
  }
  void look_and_await() {
    const unsigned life = generation;
    look();
    if (life == generation && descriptor) await_message();
  }
  void await_monitor() {
    monitor_descriptor->async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this(), life = generation](const boost::system::error_code& error) {
          if (error || life != self->generation || !self->monitor_descriptor) return;
          self->read_monitor();
          if (life == self->generation && self->monitor_descriptor) self->await_monitor();
        });
  }
  void look_soon() {
    if (std::exchange(is_look_posted, true)) return;
    boost::asio::post(loop, [self = shared_from_this()] {
      self->is_look_posted = false;
      self->look();
    });
  }
  void look() {
    read_monitor();
    for (int read = 0; socket && on_message; ++read) {
      if (read == kMessagesPerTurn) return look_soon();
      if (!read_one()) return;
      pace.count();
    }
  }

  bool read_one() {
    Frame peer, bytes, rest;
    if (settings.kind == Kind::Router) {
      if (!peer.receive(socket)) return false;
      if (!peer.has_more()) return true;  // an identity without a message
    }
    if (!bytes.receive(socket)) return false;
    bool has_more = bytes.has_more();
    while (has_more && rest.receive(socket)) has_more = rest.has_more();
    on_message(peer.view(), bytes.view(), bytes.address());
    return true;
  }

  void read_monitor() {
    while (monitor) {
      zmq_msg_t message;
      zmq_msg_init(&message);
      if (zmq_msg_recv(&message, monitor, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&message);
        return;
      }
      const bool is_event = zmq_msg_more(&message) != 0;  // its second part is the address
      std::uint16_t event = 0;
      if (is_event && zmq_msg_size(&message) >= sizeof event) std::memcpy(&event, zmq_msg_data(&message), sizeof event);
      zmq_msg_close(&message);
      if (is_event && on_refused) on_refused(event != ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL);
    }
  }

  void shut() {
    ++generation;
    pause.cancel();
    unwatch();
    if (!socket) return;
    zmq_socket_monitor(socket, nullptr, 0);
    zmq_close(monitor);
    zmq_close(socket);
    socket = monitor = nullptr;
  }

  boost::asio::io_context& loop;
  const Settings settings;
  void* context;
  void* socket = nullptr;
  void* monitor = nullptr;
  std::unique_ptr<boost::asio::posix::stream_descriptor> descriptor, monitor_descriptor;
  boost::asio::steady_timer pause;
  LinkPace pace;
  OnMessage on_message;
  OnRefused on_refused;
  std::string connected_to;
  unsigned generation = 0, monitors = 0;
  bool is_look_posted = false;
};

ZmqLink::ZmqLink(boost::asio::io_context& loop, Settings settings)
    : impl_(std::make_shared<Impl>(loop, std::move(settings))) {}

ZmqLink::~ZmqLink() = default;

void ZmqLink::listen(const std::string& host, int port) {
  const std::string address = endpoint(host.empty() ? "*" : host, port);
  if (zmq_bind(impl_->socket, address.c_str()) == 0) return;
  const int error = zmq_errno();
  throw LinkError(fmt::format("cannot listen on {}: {}", address, zmq_strerror(error)), error == EADDRINUSE);
}

void ZmqLink::connect(const std::string& host, int port) {
  impl_->connected_to = endpoint(host, port);
  if (zmq_connect(impl_->socket, impl_->connected_to.c_str()) == 0) return;
  throw LinkError(fmt::format("cannot connect to {}: {}", impl_->connected_to, zmq_strerror(zmq_errno())), false);
}

int ZmqLink::port() const {
  char address[256] = "";
  std::size_t size = sizeof address;
  zmq_getsockopt(impl_->socket, ZMQ_LAST_ENDPOINT, address, &size);
  const char* colon = std::strrchr(address, ':');
  return colon ? std::atoi(colon + 1) : 0;
}

std::string ZmqLink::master_public_key(const std::string& secret) { return keys_from(secret).public_key.data(); }

void ZmqLink::start(OnMessage on_message, OnRefused on_refused) {
  impl_->on_message = std::move(on_message);
  impl_->on_refused = std::move(on_refused);
  impl_->watch();
}

void ZmqLink::read_all() { impl_->look(); }

void ZmqLink::send(std::string_view peer, std::string_view bytes) {
  Impl& impl = *impl_;
  if (!impl.socket) return;
  if (impl.settings.kind == Kind::Router &&
      zmq_send(impl.socket, peer.data(), peer.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
    return impl.look_soon();
  zmq_send(impl.socket, bytes.data(), bytes.size(), ZMQ_DONTWAIT);
  impl.look_soon();
}

void ZmqLink::reconnect() {
  Impl& impl = *impl_;
  impl.shut();
  impl.open();
  zmq_connect(impl.socket, impl.connected_to.c_str());
  impl.watch();
}

void ZmqLink::close() {
  impl_->on_message = nullptr;
  impl_->on_refused = nullptr;
  impl_->shut();
}

void ZmqLink::close_finally() {
  if (void* context = std::exchange(impl_->context, nullptr)) zmq_ctx_term(context);
}

}  // namespace acrida::app
