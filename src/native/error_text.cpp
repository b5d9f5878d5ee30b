#include <fmt/core.h>
#include <netdb.h>

#include <cerrno>
#include <cstring>

#include "native/exchange.h"

namespace acrida::detail {

namespace {

// The class that Python raises for an errno.
const char* os_error_class(int code) {
  switch (code) {
    case ECONNREFUSED:
      return "ConnectionRefusedError";
    case ECONNRESET:
      return "ConnectionResetError";
    case ECONNABORTED:
      return "ConnectionAbortedError";
    case EPIPE:
      return "BrokenPipeError";
    case ETIMEDOUT:
      return "TimeoutError";
    default:
      return "OSError";
  }
}

std::string name_error(int code) {
  const char* text = code == EAI_NONAME ? "Name or service not known" : gai_strerror(code);
  return fmt::format("gaierror({}, '{}')", code, text);
}

double seconds(base::Duration duration) { return base::to_seconds(duration); }

}  // namespace

std::string error_text(const http::Operation& operation) {
  using http::ErrorKind;
  const http::Error& error = operation.answer.error;
  switch (error.kind) {
    case ErrorKind::NameNotFound:
      return name_error(error.code);
    case ErrorKind::ConnectRefused:
    case ErrorKind::ConnectFailed:
    case ErrorKind::ConnectionReset:
      return fmt::format("{}({}, '{}')", os_error_class(error.code), error.code, std::strerror(error.code));
    case ErrorKind::ConnectTimeout:
      return fmt::format("ConnectTimeoutError('Connection to {} timed out. (connect timeout={})')",
                         operation.origin->host, seconds(operation.connect_timeout));
    case ErrorKind::ReadTimeout:
    case ErrorKind::TotalTimeout:
      return fmt::format("ReadTimeout('Read timed out. (read timeout={})')", seconds(operation.idle_timeout));
    case ErrorKind::TlsFailed:
      return fmt::format("SSLError('[SSL] {}')", error.detail);
    case ErrorKind::ClosedBeforeAnswer:
      return "RemoteDisconnected('Remote end closed connection without response')";
    case ErrorKind::TooManyRedirects:
      return fmt::format("TooManyRedirects('Exceeded {} redirects.')", error.code);
    default:
      return fmt::format("{}('{}')", http::to_text(error.kind), error.detail);
  }
}

std::string failure_text(std::string_view why) {
  const char quote = why.find('\'') != why.npos && why.find('"') == why.npos ? '"' : '\'';
  return fmt::format("CatchResponseError({}{}{})", quote, why, quote);
}

std::string bad_status_text(int status, std::string_view reason, std::string_view name) {
  const char* kind = status < 500 ? " Client" : status < 600 ? " Server" : "";
  return fmt::format("HTTPError('{}{} Error: {} for url: {}')", status, kind, reason, name);
}

}  // namespace acrida::detail
