#include "http/opening.h"

#include <netdb.h>

#include <cerrno>
#include <utility>

#include "http/connection.h"
#include "http/context.h"
#include "net/socket.h"

namespace acrida::http {

Opening::Opening(Context& context, Connection& connection, const Origin& target, const TlsSettings* tls,
                 const Proxy* proxy)
    : context_(context),
      connection_(connection),
      target_(target),
      tls_settings_(tls),
      proxy_(proxy),
      begun_at_(base::now()),
      part_begun_at_(begun_at_) {}

Opening::~Opening() {
  if (step_ == Step::Lookup) context_.resolver.forget(this);
}

void Opening::end_part(base::Duration& part) {
  const base::Instant now = base::now();
  part = now - std::exchange(part_begun_at_, now);
}

void Opening::tell_parts(Timings& timings) const {
  timings.lookup = lookup_;
  timings.connect = connect_;
  timings.tls = tls_;
}

void Opening::begin() {
  const net::Addresses addresses = context_.resolver.find(proxy_ ? proxy_->at->host : target_.host, this);
  if (!addresses.empty()) on_addresses(addresses);
}

void Opening::on_addresses(const net::Addresses& addresses) {
  end_part(lookup_);
  addresses_ = addresses;
  step_ = Step::Connect;
  try_next_address(0);
}

void Opening::on_lookup_failed(int eai_code) {
  step_ = Step::Connect;
  connection_.fail({.kind = ErrorKind::NameNotFound, .code = eai_code, .detail = gai_strerror(eai_code)});
}

void Opening::try_next_address(int error) {
  const std::uint16_t port = (proxy_ ? proxy_->at : &target_)->port;
  connection_.drop_socket();
  while (next_address_ < addresses_.size()) {
    reactor::Descriptor socket = net::begin_connect(addresses_[next_address_++].with_port(port), error);
    if (!socket) continue;
    if (connection_.use(std::move(socket))) return;
    error = errno;
  }
  const auto kind = error == ECONNREFUSED ? ErrorKind::ConnectRefused : ErrorKind::ConnectFailed;
  connection_.fail({.kind = kind, .code = error, .detail = {}});
}

void Opening::on_ready() {
  if (step_ != Step::Connect) return;
  if (const int error = net::connect_result(connection_.socket().get())) return try_next_address(error);
  on_connected();
}

void Opening::on_connected() {
  end_part(connect_);
  context_.counters.connects.add(1);
  if (target_.is_tls)
    proxy_ ? ask_proxy() : begin_tls();
  else
    connection_.on_opened();
}

// The tunnel's request is small and the socket fresh: it goes out in one piece.
void Opening::ask_proxy() {
  step_ = Step::Proxy;
  proxy_parser_.reset(proxy_answer_, false);
  const std::string host = target_.host.find(':') == std::string::npos ? target_.host : "[" + target_.host + "]";
  const std::string target = host + ":" + std::to_string(target_.port);
  std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!proxy_->authorization.empty()) request += "Proxy-Authorization: " + proxy_->authorization + "\r\n";
  request += "\r\n";
  const ssize_t sent = net::send_bytes(connection_.socket().get(), request.data(), request.size());
  if (sent != static_cast<ssize_t>(request.size())) on_end(sent < 0 ? static_cast<int>(-sent) : EPIPE);
}

void Opening::begin_tls() {
  step_ = Step::Tls;
  std::string error;
  const net::TlsContext* context = context_.tls.find(tls_settings_, error);
  if (!context) return connection_.fail({.kind = ErrorKind::TlsFailed, .code = 0, .detail = std::move(error)});
  const std::string& name =
      tls_settings_ && !tls_settings_->server_name.empty() ? tls_settings_->server_name : target_.host;
  connection_.use_tls(std::make_unique<net::TlsSession>(*context, connection_.socket().get(), name,
                                                        context_.tls.find_resumption(*context, target_)));
  go_on_with_tls();
}

void Opening::go_on_with_tls() {
  const net::TlsSession::Step step = connection_.tls()->handshake();
  wants_write_ = step == net::TlsSession::Step::WantsWrite;
  switch (step) {
    case net::TlsSession::Step::WantsRead:
    case net::TlsSession::Step::WantsWrite:
      return;
    case net::TlsSession::Step::Done:
      end_part(tls_);
      return connection_.on_opened();
    case net::TlsSession::Step::Closed:
    case net::TlsSession::Step::Failed:
      break;
  }
  connection_.fail({.kind = ErrorKind::TlsFailed, .code = 0, .detail = connection_.tls()->error()});
}

void Opening::on_writable() {
  if (wants_write_) go_on_with_tls();
}

void Opening::on_received(std::string_view bytes) {
  if (step_ == Step::Tls) {
    connection_.tls()->feed(bytes);
    return go_on_with_tls();
  }
  while (!bytes.empty() && proxy_parser_.stage() == wire::ParseStage::Head) {
    bytes.remove_prefix(proxy_parser_.feed(bytes, proxy_body_));
  }
  if (proxy_parser_.stage() == wire::ParseStage::Head) return;
  if (proxy_answer_.status / 100 != 2) {
    const std::string detail =
        proxy_parser_.stage() == wire::ParseStage::Failed
            ? std::string("the proxy's answer is malformed: ") + proxy_parser_.reason()
            : "the proxy answered " + std::to_string(proxy_answer_.status) + " " + std::string(proxy_answer_.reason());
    return connection_.fail({.kind = ErrorKind::ConnectFailed, .code = 0, .detail = detail});
  }
  begin_tls();
}

void Opening::on_end(int error) {
  if (step_ == Step::Proxy) {
    return connection_.fail(
        {.kind = ErrorKind::ConnectFailed, .code = error, .detail = "the proxy closed the connection"});
  }
  if (error != 0) return connection_.fail({.kind = ErrorKind::ConnectionReset, .code = error, .detail = {}});
  connection_.fail({.kind = ErrorKind::TlsFailed, .code = 0, .detail = "unexpected eof while reading"});
}

}  // namespace acrida::http
