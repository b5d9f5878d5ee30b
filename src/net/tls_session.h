#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/tls_context.h"

namespace acrida::net {

// The sessions that resumption may continue, by peer. Owner: the service, one per TlsContext that resumes.
// (Kept outside of OpenSSL's own cache, which is for servers.)
struct TlsResumption {
  SSL_SESSION* last = nullptr;
  ~TlsResumption() { SSL_SESSION_free(last); }
};

// TLS over a non-blocking socket. Cipher text comes in through feed() (so that whoever reads the socket keeps the
// receive times and one big buffer serves all), and goes out straight to the socket.
//
// Owner   its connection; dies before the socket is closed.
// Thread  the loop's.
// Fails   by Step::Failed; error() says why.
class TlsSession {
 public:
  enum class Step { Done, WantsRead, WantsWrite, Closed, Failed };

  // `server_name`: for SNI (unless numeric) and, where the context verifies, for the certificate's name.
  TlsSession(const TlsContext& context, int fd, const std::string& server_name, TlsResumption* resumption);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Step handshake();

  // Hands over cipher text; it must live until it is_drained() or read() or handshake() has answered WantsRead.
  void feed(std::string_view cipher_text) { input_ = cipher_text; }
  // Done: `size` bytes (above 0) stand in `buffer`.
  Step read(char* buffer, std::size_t room, std::size_t& size);
  // Done: `written` bytes (above 0) of it have gone out.
  Step write(const char* bytes, std::size_t size, std::size_t& written);
  // Everything that was fed has been read.
  bool is_drained() const;
  // Gives some 32 KB back until they are needed again; does nothing in the middle of a record.
  void free_buffers();
  // Says good-bye, without waiting.
  void shut_down();

  const std::string& error() const { return error_; }
  // A write failed: its errno.
  int socket_error() const { return socket_error_; }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  static BIO_METHOD* bio_method();
  static int on_bio_read(BIO* bio, char* buffer, int size);
  static int on_bio_write(BIO* bio, const char* bytes, int size);
  static long on_bio_control(BIO* bio, int command, long number, void* pointer);
  static int on_new_session(SSL* ssl, SSL_SESSION* session);
  void expect_name(const TlsContext& context, const std::string& server_name);
  Step step_after(int result);

  std::unique_ptr<SSL, Free> ssl_;
  TlsResumption* resumption_;
  std::string_view input_;
  int fd_;
  int socket_error_ = 0;
  std::string error_;
};

}  // namespace acrida::net
