#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "python/exchange.h"

namespace acrida::python {

// Where one request goes.
struct Destination {
  const http::Origin* origin = nullptr;
  std::string target;      // path and query, percent-encoded
  bool is_usable = false;  // false: the general path must look at this URL (and complain, if it is wrong)
};

// base_url + url, or an absolute url.
Destination resolve(const SessionObject* session, std::string_view url);
// An absolute URL that needs no joining; also what a redirect's Location comes to.
Destination split_absolute(std::string_view url);

// The body of a call and what it says about itself.
struct Body {
  Ref owner;  // keeps `text` alive
  std::string_view text;
  const char* content_type = nullptr;  // unless the caller gave one
  bool accepts_json = false;           // FastHttpUser's json=
  bool is_usable = false;              // false: the general path must encode it
};
Body make_body(const SessionObject* session, const Call& call);

// The lines of a session's headers one after the other, and what they mention.
HeaderBlock join_headers(const std::vector<HeaderLine>& headers);

struct HeadOptions {
  bool drops_body = false;           // after a redirect that turned into GET
  bool drops_authorization = false;  // after a redirect to another host
  bool is_plain() const { return !drops_body && !drops_authorization; }
};

// Writes request line and headers. False: a header of the call is of a kind that the general path must judge.
// `*closes`: the request says Connection: close.
bool write_head(const SessionObject* session, const Call& call, std::string_view method, const Destination& to,
                std::string_view cookie_line, const Body& body, HeadOptions options, std::string& head, bool* closes);

}  // namespace acrida::python
