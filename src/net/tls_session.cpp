#include "net/tls_session.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "net/address.h"
#include "net/socket.h"

namespace acrida::net {

BIO_METHOD* TlsSession::bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "acrida socket");
    BIO_meth_set_read(made, on_bio_read);
    BIO_meth_set_write(made, on_bio_write);
    BIO_meth_set_ctrl(made, on_bio_control);
    return made;
  }();
  return method;
}

TlsSession::TlsSession(const TlsContext& context, int fd, const std::string& server_name, TlsResumption* resumption)
    : ssl_(SSL_new(context.get())), resumption_(resumption), fd_(fd) {
  BIO* bio = ssl_ ? BIO_new(bio_method()) : nullptr;
  if (!bio) throw std::bad_alloc();
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_connect_state(ssl_.get());
  SSL_set_app_data(ssl_.get(), this);
  expect_name(context, server_name);
  if (resumption_) {
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context.get(), on_new_session);
    if (resumption_->last) SSL_set_session(ssl_.get(), resumption_->last);
  }
}

void TlsSession::expect_name(const TlsContext& context, const std::string& server_name) {
  const bool is_numeric = parse_numeric(server_name).has_value();
  if (!is_numeric) SSL_set_tlsext_host_name(ssl_.get(), server_name.c_str());
  if (!context.verifies_host()) return;
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl_.get());
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_numeric)
    X509_VERIFY_PARAM_set1_ip_asc(expected, server_name.c_str());
  else
    X509_VERIFY_PARAM_set1_host(expected, server_name.c_str(), server_name.size());
}

int TlsSession::on_new_session(SSL* ssl, SSL_SESSION* session) {
  auto* self = static_cast<TlsSession*>(SSL_get_app_data(ssl));
  SSL_SESSION_free(self->resumption_->last);
  self->resumption_->last = session;
  return 1;  // we keep the reference
}

int TlsSession::on_bio_read(BIO* bio, char* buffer, int size) {
  auto* self = static_cast<TlsSession*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (self->input_.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t taken = std::min(static_cast<std::size_t>(size), self->input_.size());
  std::memcpy(buffer, self->input_.data(), taken);
  self->input_.remove_prefix(taken);
  return static_cast<int>(taken);
}

int TlsSession::on_bio_write(BIO* bio, const char* bytes, int size) {
  auto* self = static_cast<TlsSession*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const ssize_t written = send_bytes(self->fd_, bytes, static_cast<std::size_t>(size));
  if (written >= 0) return static_cast<int>(written);
  if (written == -EAGAIN)
    BIO_set_retry_write(bio);
  else
    self->socket_error_ = static_cast<int>(-written);
  return -1;
}

long TlsSession::on_bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

// The thread's queue of OpenSSL errors must be empty before each call. Every failure here empties it, since emptying
// it before each call would cost as much as a tenth of the call.
TlsSession::Step TlsSession::step_after(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Step::WantsRead;
    case SSL_ERROR_WANT_WRITE:
      return Step::WantsWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Step::Closed;
    default:
      break;
  }
  if (socket_error_ != 0) {
    ERR_clear_error();
    error_ = std::strerror(socket_error_);
    return Step::Failed;
  }
  error_ = take_tls_error();
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK && error_ == "certificate verify failed") {
    error_ += std::string(": ") + X509_verify_cert_error_string(verdict);
  }
  if (error_.empty()) error_ = "TLS connection failed";
  return Step::Failed;
}

TlsSession::Step TlsSession::handshake() {
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) return step_after(result);
  ERR_clear_error();
  return Step::Done;
}

TlsSession::Step TlsSession::read(char* buffer, std::size_t room, std::size_t& size) {
  const int result = SSL_read_ex(ssl_.get(), buffer, room, &size);
  return result == 1 ? Step::Done : step_after(result);
}

TlsSession::Step TlsSession::write(const char* bytes, std::size_t size, std::size_t& written) {
  const int result = SSL_write_ex(ssl_.get(), bytes, size, &written);
  return result == 1 ? Step::Done : step_after(result);
}

bool TlsSession::is_drained() const { return input_.empty() && SSL_has_pending(ssl_.get()) == 0; }

void TlsSession::free_buffers() { SSL_free_buffers(ssl_.get()); }

void TlsSession::shut_down() {
  if (SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace acrida::net
