#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace acrida::net {

// What a handshake may agree upon, in OpenSSL's numbers and words; 0 and empty: what is usual today.
struct TlsLimits {
  int lowest_version = 0;
  int highest_version = 0;
  std::string ciphers;
  std::uint64_t options = 0;
  bool operator==(const TlsLimits&) const = default;
};

struct TlsOptions {
  bool verify = true;     // certificate chain and host name
  std::string ca_path;    // file or directory; empty: the system's
  std::string cert_file;  // client certificate (PEM) ...
  std::string key_file;   // ... and its key; empty: in cert_file
  bool resume_sessions = false;
  bool verify_host = true;  // false: the chain only
  TlsLimits limits;
};

// What all TLS connections of one setting share: an SSL_CTX.
//
// Owner   shared by the service and its connections.
// Thread  the loop's.
// Fails   make() answers why: files that cannot be read or do not fit together.
class TlsContext {
 public:
  static base::Result<std::unique_ptr<TlsContext>, std::string> make(const TlsOptions& options);

  SSL_CTX* get() const { return context_.get(); }
  bool verifies_host() const { return verifies_host_; }

  // Session resumption (only when asked for): the last session of a peer, null if there is none.
  bool resumes() const { return resumes_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  TlsContext() = default;
  std::string load(const TlsOptions& options);
  std::string limit(const TlsLimits& limits);

  std::unique_ptr<SSL_CTX, Free> context_;
  bool verifies_host_ = true;
  bool resumes_ = false;
};

// The oldest waiting OpenSSL error as text ("certificate verify failed", "wrong version number"), and clears all.
std::string take_tls_error();

}  // namespace acrida::net
