#include "http/error.h"

namespace acrida::http {

std::string_view to_text(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::None:
      return "None";
    case ErrorKind::NameNotFound:
      return "NameNotFound";
    case ErrorKind::ConnectRefused:
      return "ConnectRefused";
    case ErrorKind::ConnectFailed:
      return "ConnectFailed";
    case ErrorKind::ConnectTimeout:
      return "ConnectTimeout";
    case ErrorKind::TlsFailed:
      return "TlsFailed";
    case ErrorKind::ReadTimeout:
      return "ReadTimeout";
    case ErrorKind::TotalTimeout:
      return "TotalTimeout";
    case ErrorKind::ConnectionReset:
      return "ConnectionReset";
    case ErrorKind::ClosedBeforeAnswer:
      return "ClosedBeforeAnswer";
    case ErrorKind::BodyIncomplete:
      return "BodyIncomplete";
    case ErrorKind::MalformedAnswer:
      return "MalformedAnswer";
    case ErrorKind::MalformedEncoding:
      return "MalformedEncoding";
    case ErrorKind::AnswerTooLarge:
      return "AnswerTooLarge";
    case ErrorKind::TooManyRedirects:
      return "TooManyRedirects";
    case ErrorKind::Cancelled:
      return "Cancelled";
    case ErrorKind::ShuttingDown:
      return "ShuttingDown";
  }
  return "?";
}

}  // namespace acrida::http
