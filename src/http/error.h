#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace acrida::http {

// What can go wrong with one exchange. One table (error.cpp) turns a kind into the texts people know; the Python
// layer turns it into the exception classes of requests and geventhttpclient.
enum class ErrorKind : std::uint8_t {
  None,
  NameNotFound,    // code: EAI_*
  ConnectRefused,  // code: errno
  ConnectFailed,   // unreachable, no local ports, no descriptors …; code: errno
  ConnectTimeout,
  TlsFailed,    // handshake or certificate; detail: OpenSSL's reason
  ReadTimeout,  // nothing arrived for idle_timeout
  TotalTimeout,
  ConnectionReset,     // code: errno, before or within the answer
  ClosedBeforeAnswer,  // orderly close, not one byte of the answer
  BodyIncomplete,      // closed inside the body; code: bytes still missing or -1
  MalformedAnswer,     // detail says what
  MalformedEncoding,   // gzip, br … that cannot be decoded
  AnswerTooLarge,      // head over the limit
  TooManyRedirects,    // set by the caller that follows them; code: the limit
  Cancelled,           // the caller gave up
  ShuttingDown,        // the service is being stopped
};

struct Error {
  ErrorKind kind = ErrorKind::None;
  int code = 0;
  std::string detail;
  explicit operator bool() const { return kind != ErrorKind::None; }
};

// "ConnectRefused" … for logs and tests.
std::string_view to_text(ErrorKind kind);

}  // namespace acrida::http
