#pragma once

#include <cstdint>
#include <string_view>

#include "wire/url.h"

// What a client does when an answer points elsewhere. Pure rules.
namespace acrida::wire {

constexpr bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

struct NextRequest {
  std::string_view method;
  bool keeps_body;  // otherwise the headers that describe a body go, too
};

// The request that follows an answer for which is_redirect(). Both clients do as browsers do: 302 and 303 ask for
// something to look at, 301 changes only POST; the body goes in either case.
constexpr NextRequest next_request(int status, std::string_view method) {
  const bool becomes_get = status == 301 ? method == "POST" : (status == 302 || status == 303) && method != "HEAD";
  return {becomes_get ? "GET" : method, status == 307 || status == 308};
}

// Whether Authorization must not be shown to where the redirect leads.
inline bool drops_authorization(const Url& from, const Url& to) {
  if (from.host != to.host) return true;
  const bool is_upgrade = !from.is_https && to.is_https && from.has_default_port() && to.has_default_port();
  return !is_upgrade && (from.port != to.port || from.is_https != to.is_https);
}

}  // namespace acrida::wire
