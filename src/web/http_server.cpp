#include "web/http_server.h"

#include <fmt/core.h>

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <list>
#include <unordered_map>
#include <utility>

#include "web/closed_on_fork.h"
#include "web/http_session.h"

namespace acrida::web {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

std::string where(const ListenOptions& options) {
  return fmt::format("{}:{}", options.host.empty() || options.host == "*" ? "*" : options.host, options.port);
}

ListenError cannot_listen(const ListenOptions& options, const error_code& error) {
  const bool is_busy = error == asio::error::address_in_use;
  ListenError failure(fmt::format("The web page cannot listen on {}: {}. {}", where(options), error.message(),
                                  is_busy ? "Another program has that port: choose one with --web-port."
                                          : "Choose an address of this machine with --web-host."));
  failure.is_address_in_use = is_busy;
  return failure;
}

std::unique_ptr<asio::ssl::context> make_tls(const ListenOptions& options) {
  if (options.tls_certificate.empty() || options.tls_key.empty()) return nullptr;
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                   asio::ssl::context::no_tlsv1_1);
  error_code error;
  tls->use_certificate_chain_file(options.tls_certificate, error);
  if (error)
    throw ListenError(fmt::format("The certificate file '{}' cannot be used: {}. --tls-cert takes a PEM file.",
                                  options.tls_certificate, error.message()));
  tls->use_private_key_file(options.tls_key, asio::ssl::context::pem, error);
  if (error)
    throw ListenError(
        fmt::format("The key file '{}' cannot be used: {}. --tls-key takes the PEM file of the certificate's key.",
                    options.tls_key, error.message()));
  return tls;
}

std::vector<tcp::endpoint> addresses(asio::io_context& loop, const ListenOptions& options) {
  if (options.host.empty() || options.host == "*") return {tcp::endpoint(tcp::v6(), options.port)};
  error_code error;
  tcp::resolver resolver(loop);
  const auto found = resolver.resolve(options.host, std::to_string(options.port),
                                      tcp::resolver::passive | tcp::resolver::address_configured, error);
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  if (!endpoints.empty()) return endpoints;
  // address_configured hides literal addresses of families that have no other address here (::1 in a container).
  const auto literal = asio::ip::make_address(options.host, error);
  if (error) throw ListenError(fmt::format("--web-host '{}' is no address of this machine.", options.host));
  return {tcp::endpoint(literal, options.port)};
}

tcp::acceptor open(asio::io_context& loop, const tcp::endpoint& endpoint, error_code& error) {
  tcp::acceptor acceptor(loop);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6())
    acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return acceptor;
}

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, const ListenOptions& options, Handler handler) : loop_(loop) {
    context_->limits = options.limits;
    context_->handler = std::move(handler);
    context_->tls = make_tls(options);
    listen(options);
  }

  void start() {
    asio::dispatch(loop_, [self = shared_from_this()] {
      for (Listener& listener : self->listeners_) self->accept(listener);
    });
  }

  // Waits for the loop, so that the port is free afterwards; a loop that has ended has no sockets to close.
  void stop() {
    auto closed = std::make_shared<std::promise<void>>();
    asio::dispatch(loop_, [self = shared_from_this(), closed] {
      self->close();
      closed->set_value();
    });
    const std::future<void> is_closed = closed->get_future();
    while (!loop_.stopped() && is_closed.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    }
  }

  std::uint16_t port = 0;
  bool is_loopback_only = true;
  std::atomic<std::size_t> refused{0};

 private:
  struct Listener {
    explicit Listener(tcp::acceptor open_acceptor)
        : acceptor(std::move(open_acceptor)),
          closed_on_fork(acceptor.native_handle()),
          retry(acceptor.get_executor()) {}
    tcp::acceptor acceptor;
    ClosedOnFork closed_on_fork;
    asio::steady_timer retry;
  };

  void close() {
    error_code ignored;
    for (Listener& listener : listeners_) {
      listener.retry.cancel();
      listener.closed_on_fork.forget();
      listener.acceptor.close(ignored);
    }
    context_->handler = nullptr;
    const auto sessions = std::move(sessions_);
    for (const auto& [number, session] : sessions)
      if (const auto alive = session.lock()) alive->close();
  }

  void listen(const ListenOptions& options) {
    std::vector<tcp::endpoint> endpoints = addresses(loop_, options);
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      tcp::endpoint endpoint = endpoints[i];
      if (i > 0 && options.port == 0) endpoint.port(port);
      error_code error;
      tcp::acceptor acceptor = open(loop_, endpoint, error);
      const bool is_any = endpoint.address().is_unspecified();
      if (error && error != asio::error::address_in_use && is_any && endpoint.protocol() == tcp::v6()) {
        error.clear();  // no IPv6 on this machine
        acceptor = open(loop_, tcp::endpoint(tcp::v4(), options.port), error);
      }
      if (error) throw cannot_listen(options, error);
      is_loopback_only = is_loopback_only && endpoint.address().is_loopback();
      port = acceptor.local_endpoint().port();
      listeners_.emplace_back(std::move(acceptor));
    }
  }

  void accept(Listener& listener) {
    listener.acceptor.async_accept(loop_, [self = shared_from_this(), &listener](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !listener.acceptor.is_open()) return;
      if (!error) {
        self->admit(std::move(socket));
        return self->accept(listener);
      }
      // No descriptor left, or the client was gone already: others may have luck in a moment.
      listener.retry.expires_after(std::chrono::milliseconds(50));
      listener.retry.async_wait([self, &listener](error_code cancelled) {
        if (!cancelled) self->accept(listener);
      });
    });
  }

  void admit(tcp::socket socket) {
    if (sessions_.size() >= context_->limits.connections) {
      refused.fetch_add(1, std::memory_order_relaxed);
      return;  // closes it
    }
    const std::uint64_t number = ++last_number_;
    sessions_[number] = start_session(std::move(socket), context_, [weak = weak_from_this(), number] {
      if (const auto self = weak.lock()) self->sessions_.erase(number);
    });
  }

  asio::io_context& loop_;
  std::shared_ptr<SessionContext> context_ = std::make_shared<SessionContext>();
  std::list<Listener> listeners_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, std::weak_ptr<Connection>> sessions_;
};

HttpServer::HttpServer(asio::io_context& loop, const ListenOptions& options, Handler handler)
    : impl_(std::make_shared<Impl>(loop, options, std::move(handler))) {
  impl_->start();
}

HttpServer::~HttpServer() { impl_->stop(); }

std::uint16_t HttpServer::port() const { return impl_->port; }
bool HttpServer::is_loopback_only() const { return impl_->is_loopback_only; }
std::size_t HttpServer::refused_connections() const { return impl_->refused.load(std::memory_order_relaxed); }

}  // namespace acrida::web
