#pragma once

#include <string_view>

#include "base/time.h"
#include "http/error.h"
#include "net/resolver.h"
#include "net/tls_session.h"
#include "wire/response_parser.h"

namespace acrida::http {

struct Context;
struct Origin;
struct Proxy;
struct Timings;
struct TlsSettings;
class Connection;

// The way to an open connection: name, TCP (address after address), the proxy's tunnel, TLS.
//
// Owner   its Connection, which lets it go in on_opened(), fail() and close(): each is the last thing it does.
// Thread  the loop's.
class Opening final : private net::LookupWaiter {
 public:
  // `proxy` and `tls` may be null.
  Opening(Context& context, Connection& connection, const Origin& target, const TlsSettings* tls, const Proxy* proxy);
  ~Opening();
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  void begin();

  // ---- what its connection hears
  void on_ready();  // of the socket, while reads_bytes() is false
  void on_writable();
  void on_received(std::string_view bytes);  // in the tunnel's answer or the handshake
  void on_end(int error);                    // the peer closed; errno or 0
  bool reads_bytes() const { return step_ >= Step::Proxy; }

  base::Instant begun_at() const { return begun_at_; }
  void tell_parts(Timings& timings) const;

 private:
  enum class Step { Lookup, Connect, Proxy, Tls };

  void on_addresses(const net::Addresses& addresses) override;
  void on_lookup_failed(int eai_code) override;
  void try_next_address(int error);  // of the address before, 0: none
  void on_connected();
  void ask_proxy();
  void begin_tls();
  void go_on_with_tls();
  void end_part(base::Duration& part);

  Context& context_;
  Connection& connection_;
  const Origin& target_;
  const TlsSettings* tls_settings_;
  const Proxy* proxy_;
  Step step_ = Step::Lookup;
  bool wants_write_ = false;  // the handshake has filled the socket
  base::Instant begun_at_;
  base::Instant part_begun_at_;
  base::Duration lookup_{0}, connect_{0}, tls_{0};
  net::Addresses addresses_;
  std::size_t next_address_ = 0;
  wire::ResponseHead proxy_answer_;
  wire::ResponseParser proxy_parser_;
  std::string proxy_body_;
};

}  // namespace acrida::http
