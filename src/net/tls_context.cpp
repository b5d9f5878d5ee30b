#include "net/tls_context.h"

#include <openssl/err.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace acrida::net {

namespace {

bool is_directory(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

}  // namespace

std::string take_tls_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return {};
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "error " + std::to_string(code);
}

base::Result<std::unique_ptr<TlsContext>, std::string> TlsContext::make(const TlsOptions& options) {
  ERR_clear_error();
  std::unique_ptr<TlsContext> made(new TlsContext);
  made->context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!made->context_) return take_tls_error();
  if (std::string error = made->load(options); !error.empty()) return error;
  ERR_clear_error();  // reading files to their end leaves entries behind
  return made;
}

std::string TlsContext::limit(const TlsLimits& limits) {
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, limits.lowest_version ? limits.lowest_version : TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, limits.highest_version);
  SSL_CTX_set_options(context, limits.options);
  if (!limits.ciphers.empty() && SSL_CTX_set_cipher_list(context, limits.ciphers.c_str()) != 1)
    return "ciphers " + limits.ciphers + ": " + take_tls_error();
  return {};
}

std::string TlsContext::load(const TlsOptions& options) {
  SSL_CTX* context = context_.get();
  verifies_host_ = options.verify && options.verify_host;
  resumes_ = options.resume_sessions;
  if (std::string error = limit(options.limits); !error.empty()) return error;
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (!resumes_) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_alpn_protos(context, kAlpn, sizeof kAlpn);
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);

  if (options.verify) {
    const int loaded = options.ca_path.empty()         ? SSL_CTX_set_default_verify_paths(context)
                       : is_directory(options.ca_path) ? SSL_CTX_load_verify_dir(context, options.ca_path.c_str())
                                                       : SSL_CTX_load_verify_file(context, options.ca_path.c_str());
    if (loaded != 1) return options.ca_path + ": " + take_tls_error();
  }
  if (options.cert_file.empty()) return {};
  if (SSL_CTX_use_certificate_chain_file(context, options.cert_file.c_str()) != 1) {
    return options.cert_file + ": " + take_tls_error();
  }
  const std::string& key = options.key_file.empty() ? options.cert_file : options.key_file;
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) return key + ": " + take_tls_error();
  return {};
}

}  // namespace acrida::net
