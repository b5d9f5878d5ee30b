#include "wire/url.h"

#include <algorithm>
#include <optional>

#include "wire/ascii.h"
#include "wire/response_head.h"
#include "wire/url_parts.h"

namespace acrida::wire {

namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

UrlError missing_scheme(std::string_view url) {
  return {UrlErrorKind::MissingScheme,
          "Invalid URL " + quoted(url) + ": No scheme supplied. Perhaps you meant https://" + std::string(url) + "?"};
}

UrlError missing_host(std::string_view url) {
  return {UrlErrorKind::MissingHost, "Invalid URL " + quoted(url) + ": No host supplied"};
}

UrlError unknown_scheme(std::string_view url) {
  return {UrlErrorKind::UnknownScheme, "No connection adapters were found for " + quoted(url)};
}

bool begins_with_http(std::string_view url) { return equals_ignoring_case(url.substr(0, 4), "http"); }

bool is_host_character(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; }

// An address and perhaps a zone, "fe80::1%25eth0". Whether the address makes sense is left to the resolver.
bool is_ipv6(std::string_view text) {
  const std::size_t zone_at = std::min(text.find('%'), text.size());
  const std::string_view address = text.substr(0, zone_at), zone = text.substr(zone_at);
  const auto is_part = [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; };
  return address.find(':') != address.npos && std::all_of(address.begin(), address.end(), is_part) &&
         std::all_of(zone.begin(), zone.end(), [](char c) { return is_host_character(c) || c == '%' || c == '~'; });
}

// The first character that cannot stand in a host name, or npos.
std::size_t find_bad_character(std::string_view host) {
  const auto at = std::find_if_not(host.begin(), host.end(), is_host_character);
  return at == host.end() ? host.npos : static_cast<std::size_t>(at - host.begin());
}

struct Authority {
  std::string_view host, port;
  bool has_brackets = false;
};

// Splits "host:port" and "[address]:port". False: brackets or port make no sense.
bool split(std::string_view text, Authority& authority) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return false;
    authority = {text.substr(1, close - 1), {}, true};
    const std::string_view behind = text.substr(close + 1);
    if (!is_ipv6(authority.host) || (!behind.empty() && behind[0] != ':')) return false;
    authority.port = behind;
  } else {
    const std::size_t colon = text.find(':');
    authority = {text.substr(0, colon), colon == text.npos ? std::string_view{} : text.substr(colon), false};
  }
  if (!authority.port.empty()) authority.port.remove_prefix(1);
  return authority.port.size() <= 5 && std::all_of(authority.port.begin(), authority.port.end(), is_digit);
}

// Reads "user:password@host:port" into `parsed`; the port stays 0 where none is named.
std::optional<UrlError> read_authority(std::string_view url, std::string_view text, Url& parsed) {
  if (const std::size_t at = text.rfind('@'); at != text.npos) {
    parsed.userinfo = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  Authority authority;
  if (!split(text, authority))
    return UrlError{authority.port.empty() ? UrlErrorKind::BadHost : UrlErrorKind::BadPort,
                    "Failed to parse: " + quoted(text) + " is not a valid host or port"};
  const std::string_view host = authority.host;
  if (host.empty()) return missing_host(url);
  if (std::any_of(host.begin(), host.end(), [](char c) { return (c & 0x80) != 0; }))
    return UrlError{UrlErrorKind::NonAsciiHost, "Failed to parse: Host " + quoted(host) + " is not ASCII"};
  if (const std::size_t bad = find_bad_character(host); !authority.has_brackets && bad != host.npos)
    return UrlError{UrlErrorKind::BadHost, "Failed to parse: Host " + quoted(host) + " contains invalid character " +
                                               quoted(host.substr(bad, 1))};
  int port = 0;
  for (char c : authority.port) port = port * 10 + (c - '0');
  if (port > 65535) return UrlError{UrlErrorKind::BadPort, "Failed to parse: " + std::string(url)};
  parsed.port = static_cast<std::uint16_t>(port);
  parsed.host = host;
  std::transform(host.begin(), host.end(), parsed.host.begin(), to_lower);
  return std::nullopt;
}

}  // namespace

base::Result<Url, UrlError> parse_url(std::string_view url) {
  while (!url.empty() && (is_blank(url[0]) || (url[0] >= '\n' && url[0] <= '\r'))) url.remove_prefix(1);
  if (url.find(':') != url.npos && !begins_with_http(url)) return unknown_scheme(url);
  const std::size_t scheme_end = find_scheme_end(url);
  if (scheme_end == url.npos) return missing_scheme(url);
  std::string_view rest = url.substr(scheme_end + 1);
  if (!rest.starts_with("//")) return missing_host(url);
  rest.remove_prefix(2);

  Url parsed;
  const std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
  if (auto error = read_authority(url, authority, parsed)) return *error;
  const std::string_view scheme = url.substr(0, scheme_end);
  parsed.is_https = equals_ignoring_case(scheme, "https");
  if (!parsed.is_https && !equals_ignoring_case(scheme, "http")) return unknown_scheme(url);
  if (parsed.port == 0) parsed.port = parsed.is_https ? 443 : 80;

  rest.remove_prefix(authority.size());
  rest = rest.substr(0, rest.find('#'));
  if (!rest.starts_with('/')) parsed.target = "/";
  parsed.target += rest;
  return parsed;
}

std::string Url::host_header() const {
  const bool has_brackets = host.find(':') != host.npos;
  std::string value = has_brackets ? "[" + host.substr(0, host.find('%')) + "]" : host;
  if (!has_default_port()) value += ":" + std::to_string(port);
  return value;
}

}  // namespace acrida::wire
