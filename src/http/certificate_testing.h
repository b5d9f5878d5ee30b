#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "http/server_testing.h"

namespace acrida::http {

// A self-signed certificate for one host name, made on the spot, in files of a folder of its own.
class TestingCertificate {
 public:
  explicit TestingCertificate(const std::string& host);
  ~TestingCertificate();
  TestingCertificate(const TestingCertificate&) = delete;
  TestingCertificate& operator=(const TestingCertificate&) = delete;

  const std::string& certificate_file() const { return certificate_file_; }
  const std::string& key_file() const { return key_file_; }
  // For a TestingServer; lives as long as this.
  SSL_CTX* server_context(bool wants_client_certificate = false);

 private:
  std::string folder_, certificate_file_, key_file_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_{nullptr, SSL_CTX_free};
};

// An HTTP proxy that opens the tunnels it is asked for, to ports of this machine.
class TestingProxy {
 public:
  TestingProxy();
  std::uint16_t port() const { return server_.port(); }
  int tunnels() const { return server_.connections(); }

 private:
  TestingServer server_;
};

}  // namespace acrida::http
