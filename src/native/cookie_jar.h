#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace acrida::native {

// The cookies of one user (RFC 6265 without the list of public suffixes: a load test meets hosts that it was sent to).
//
// Owner   a client. Pure: told the time. Fails: never; what it cannot read it leaves.
class CookieJar {
 public:
  // One Set-Cookie header of an answer from there.
  void take(std::string_view set_cookie, std::string_view host, std::string_view path, base::Instant now);
  void set(std::string_view name, std::string_view value, std::string_view host);
  // "a=1; b=2", empty if none fits.
  std::string line_for(std::string_view host, std::string_view path, bool is_tls, base::Instant now) const;
  std::string_view find(std::string_view name) const;  // the newest of that name, or empty
  bool is_empty() const { return cookies_.empty(); }

 private:
  struct Cookie {
    std::string name, value, domain, path;
    bool is_host_only = true, is_secure = false;
    base::Instant ends_at = base::Instant::max();
    bool fits(std::string_view host, std::string_view target, bool is_tls, base::Instant now) const;
  };
  void put(Cookie cookie);
  std::vector<Cookie> cookies_;
};

}  // namespace acrida::native
