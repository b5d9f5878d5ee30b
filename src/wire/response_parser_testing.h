#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/response_parser.h"

// What the tests of the response parser share.
namespace acrida::wire {

// What one answer came to, in a form that can be compared and printed.
struct Outcome {
  ParseStage stage = ParseStage::Head;
  ParseError error = ParseError::None;
  std::string reason, body;
  ResponseHead head;
  std::size_t used = 0;
  std::int64_t missing = -1, body_bytes = 0;
};

struct Exchange {
  std::string bytes;
  bool is_head_request = false;
  bool closes = false;  // the peer closes after these bytes
};

// Feeds `bytes` in two parts, cut at `cut`; npos: in one.
inline Outcome read_exchange(const Exchange& exchange, std::size_t cut = std::string::npos) {
  Outcome outcome;
  ResponseParser parser;
  parser.reset(outcome.head, exchange.is_head_request);
  const std::string_view all = exchange.bytes;
  for (std::string_view part : {all.substr(0, cut), cut < all.size() ? all.substr(cut) : std::string_view{}})
    while (!part.empty() && !parser.is_finished()) {
      const std::size_t used = parser.feed(part, outcome.body);
      part.remove_prefix(used);
      outcome.used += used;
    }
  outcome.missing = parser.missing_body_bytes();
  if (exchange.closes) parser.on_close();
  outcome.stage = parser.stage();
  outcome.error = parser.error();
  outcome.reason = parser.reason();
  outcome.body_bytes = parser.body_bytes();
  if (outcome.stage == ParseStage::Failed) outcome.used = 0;  // how far it looked is no promise
  return outcome;
}

inline Outcome read(std::string bytes) { return read_exchange({.bytes = std::move(bytes)}); }

inline std::string with_headers(std::string_view lines) { return "HTTP/1.1 200 OK\r\n" + std::string(lines) + "\r\n"; }
inline std::string chunked(std::string_view body) {
  return with_headers("Transfer-Encoding: chunked\r\n") + std::string(body);
}

inline std::vector<std::string> fields_of(const ResponseHead& head) {
  std::vector<std::string> fields;
  for (const HeaderField& f : head.fields)
    fields.push_back(std::string(head.name(f)) + "=" + std::string(head.value(f)));
  return fields;
}

inline const std::string kNginx =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 01 Aug 2026 10:00:00 GMT\r\nContent-Type: text/html\r\n"
    "Content-Length: 5\r\nLast-Modified: Mon, 01 Jun 2026 08:00:00 GMT\r\nConnection: keep-alive\r\n"
    "ETag: \"665ad3a0-5\"\r\nAccept-Ranges: bytes\r\n\r\nhello";

}  // namespace acrida::wire
