#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/tls_context.h"

namespace acrida::http {

// Where requests go: scheme, host and port. Interned for the life of the process, so that pointers compare and
// may be read from any thread.
struct Origin {
  bool is_tls = false;
  std::string host;  // lower case, IPv6 without brackets
  std::uint16_t port = 0;
  std::string authority;  // as in the Host header: brackets where needed, port only when not the default
};

// Thread-safe. Throws nothing; `host` must not be empty.
const Origin* intern_origin(bool is_tls, std::string_view host, std::uint16_t port);

// A proxy: plain requests are sent to it whole, TLS goes through a tunnel (CONNECT). Interned like origins.
struct Proxy {
  const Origin* at = nullptr;
  std::string authorization;  // value of Proxy-Authorization; empty: none
  bool operator==(const Proxy&) const = default;
};

// Thread-safe.
const Proxy* intern_proxy(const Proxy& proxy);

// How TLS is spoken. Interned like origins; one SSL_CTX per distinct setting.
struct TlsSettings {
  bool verify = true;            // certificate chain and host name
  std::string ca_path;           // file or directory; empty: the system's
  std::string cert_file;         // client certificate (PEM) …
  std::string key_file;          // … and its key; empty: in cert_file
  bool resume_sessions = false;  // off by default: it would change the load on the target
  std::string server_name;       // SNI and verified name; empty: the origin's host
  bool verify_host = true;       // false: with `verify`, the chain only
  net::TlsLimits limits;
  bool operator==(const TlsSettings&) const = default;
};

// Thread-safe.
const TlsSettings* intern_tls(const TlsSettings& settings);

}  // namespace acrida::http
