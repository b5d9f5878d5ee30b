#include "http/certificate_testing.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace acrida::http {

namespace {

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void make_files(const std::string& host, const std::string& certificate_file, const std::string& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  add_extension(certificate, NID_subject_alt_name, "DNS:" + host);
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate, key, EVP_sha256());

  std::FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

// Copies until one side ends.
void join(Peer& peer, int target) {
  std::thread back([&peer, target] {
    char buffer[16384];
    for (ssize_t size = 0; (size = recv(target, buffer, sizeof buffer, 0)) > 0;) {
      if (!peer.send({buffer, static_cast<std::size_t>(size)})) break;
    }
    peer.stop_sending();
  });
  for (std::string bytes; !(bytes = peer.read_some()).empty();) {
    if (send(target, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
  }
  shutdown(target, SHUT_RDWR);
  back.join();
}

void tunnel(Peer& peer) {
  const std::string request = peer.read_head();
  const auto colon = request.find(':');
  if (request.rfind("CONNECT ", 0) != 0 || colon == std::string::npos) return;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(request.c_str() + colon + 1)));
  const reactor::Descriptor target(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(target.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
  peer.send("HTTP/1.1 200 Connection established\r\nContent-Length: 99\r\n\r\n");
  join(peer, target.get());
}

}  // namespace

TestingCertificate::TestingCertificate(const std::string& host) {
  char folder[] = "/tmp/acrida-certificate-XXXXXX";
  if (!mkdtemp(folder)) throw std::runtime_error("no folder for a certificate");
  folder_ = folder;
  certificate_file_ = folder_ + "/certificate.pem";
  key_file_ = folder_ + "/key.pem";
  make_files(host, certificate_file_, key_file_);
}

TestingCertificate::~TestingCertificate() { std::filesystem::remove_all(folder_); }

SSL_CTX* TestingCertificate::server_context(bool wants_client_certificate) {
  context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate_file(context_.get(), certificate_file_.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_use_PrivateKey_file(context_.get(), key_file_.c_str(), SSL_FILETYPE_PEM);
  const unsigned char id[] = "acrida";
  SSL_CTX_set_session_id_context(context_.get(), id, sizeof id);
  if (wants_client_certificate) {
    SSL_CTX_load_verify_file(context_.get(), certificate_file_.c_str());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context_.get();
}

TestingProxy::TestingProxy() : server_(tunnel) {}

}  // namespace acrida::http
