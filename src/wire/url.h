#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

// URLs as clients of `requests` know them. Pure functions, any thread; nothing throws but std::bad_alloc.
namespace acrida::wire {

enum class UrlErrorKind : std::uint8_t {
  MissingScheme,
  UnknownScheme,  // neither http nor https
  MissingHost,
  BadHost,
  NonAsciiHost,  // has to be IDNA-encoded by the caller before
  BadPort,
};

struct UrlError {
  UrlErrorKind kind;
  std::string text;  // the sentence that `requests` prints, with the URL in it
};

// The parts of an absolute http(s) URL. Its fragment never leaves the client and is dropped.
struct Url {
  bool is_https = false;
  std::uint16_t port = 80;  // the scheme's own if the URL names none
  std::string userinfo;     // "user:password" as written, without '@'
  std::string host;         // lower case, an IPv6 address without its brackets
  std::string target;       // path and query as written, begins with '/'; see to_request_target()

  std::string_view scheme() const { return is_https ? "https" : "http"; }
  bool has_default_port() const { return port == (is_https ? 443 : 80); }
  // The Host header's value: brackets around IPv6, no zone, the port only if it is not the scheme's own.
  std::string host_header() const;
};

base::Result<Url, UrlError> parse_url(std::string_view url);

// Path and query as they go on the wire: dot segments resolved, forbidden characters and stray '%' encoded, the
// encoding of unreserved characters taken back.
std::string to_request_target(std::string_view path_and_query);

// Percent-encodes what may not stand in a URL and leaves existing encodings and reserved characters alone; if any
// '%' begins no encoding, each '%' is taken literally. What requests.utils.requote_uri() does.
std::string requote(std::string_view uri);

// The reference `location`, seen from the absolute URL `base` (RFC 3986, 5.2); a fragment is kept.
std::string resolve(std::string_view base, std::string_view location);

// "a=1&b=x+y": like Python's urllib.parse.urlencode of pairs of texts in UTF-8.
std::string form_urlencode(std::span<const std::pair<std::string_view, std::string_view>> pairs);

}  // namespace acrida::wire
