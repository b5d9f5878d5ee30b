#include "web/guard.h"

#include <strings.h>

#include <algorithm>

namespace acrida::web {

namespace {

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
  return host.substr(0, host.find(':'));
}

bool is_address(std::string_view name) {
  return name.starts_with('[') || (!name.empty() && name.find_first_not_of("0123456789.") == name.npos);
}

// "https://shop.example:443/x" and "shop.example" both are shop.example.
std::string_view authority(std::string_view origin) {
  std::string_view rest = origin;
  std::string_view default_port = ":80";
  if (const std::size_t scheme = rest.find("://"); scheme != rest.npos) {
    if (rest.substr(0, scheme) == "https") default_port = ":443";
    rest.remove_prefix(scheme + 3);
  }
  rest = rest.substr(0, rest.find('/'));
  if (rest.ends_with(default_port)) rest.remove_suffix(default_port.size());
  return rest;
}

bool is_same_site(std::string_view origin, std::string_view host) {
  if (host.empty()) return false;
  if (host.ends_with(":443") && origin.starts_with("https:")) host.remove_suffix(4);
  if (host.ends_with(":80") && origin.starts_with("http:")) host.remove_suffix(3);
  return equal_in_any_case(authority(origin), host);
}

}  // namespace

bool is_host_welcome(std::string_view host_header, const Door& door) {
  if (!door.is_loopback_only || host_header.empty()) return true;
  const std::string_view name = without_port(host_header);
  if (is_address(name) || equal_in_any_case(name, "localhost")) return true;
  if (name.size() > 10 && equal_in_any_case(name.substr(name.size() - 10), ".localhost")) return true;
  return std::any_of(door.names.begin(), door.names.end(),
                     [&](const std::string& ours) { return equal_in_any_case(name, without_port(authority(ours))); });
}

bool comes_from_another_site(const Request& request) {
  const std::string_view origin = request.header("Origin");
  if (!origin.empty())
    return !is_same_site(origin, request.header("Host")) && !is_same_site(origin, request.header("X-Forwarded-Host"));
  const std::string_view site = request.header("Sec-Fetch-Site");
  return site == "cross-site" || site == "same-site";
}

}  // namespace acrida::web
