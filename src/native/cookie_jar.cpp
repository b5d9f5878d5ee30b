#include "native/cookie_jar.h"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "wire/response_head.h"

namespace acrida::native {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes what stands before the next ';'.
std::string_view next_part(std::string_view& rest) {
  const std::size_t end = rest.find(';');
  const std::string_view part = rest.substr(0, end);
  rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  return trimmed(part);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::string default_path(std::string_view target) {
  const std::string_view path = path_of(target);
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == path.npos ? "/" : std::string(path.substr(0, slash));
}

bool is_below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() && host.substr(host.size() - domain.size()) == domain &&
         host[host.size() - domain.size() - 1] == '.';
}

// "Wed, 21 Oct 2015 07:28:00 GMT" in the past? Anything unreadable is not.
bool is_past_date(std::string_view text) {
  tm when{};
  const std::string date(text);
  if (!strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S", &when) &&
      !strptime(date.c_str(), "%a, %d-%b-%Y %H:%M:%S", &when))
    return false;
  return static_cast<double>(timegm(&when)) <= base::wall_seconds();
}

}  // namespace

void CookieJar::take(std::string_view set_cookie, std::string_view host, std::string_view target, base::Instant now) {
  std::string_view rest = set_cookie;
  const std::string_view pair = next_part(rest);
  const std::size_t equals = pair.find('=');
  if (equals == pair.npos || equals == 0) return;
  Cookie cookie;
  cookie.name = trimmed(pair.substr(0, equals));
  cookie.value = trimmed(pair.substr(equals + 1));
  cookie.domain = host;
  cookie.path = default_path(target);
  bool has_age = false;
  while (!rest.empty()) {
    const std::string_view part = next_part(rest);
    const std::string_view name = trimmed(part.substr(0, part.find('=')));
    std::string_view value = part.find('=') == part.npos ? "" : trimmed(part.substr(part.find('=') + 1));
    if (wire::equals_ignoring_case(name, "secure")) cookie.is_secure = true;
    if (wire::equals_ignoring_case(name, "path") && value.starts_with('/')) cookie.path = value;
    if (wire::equals_ignoring_case(name, "domain") && !value.empty()) {
      if (value.front() == '.') value.remove_prefix(1);
      const std::string domain = lower(value);
      if (domain != host && !is_below(host, domain)) return;  // of somebody else
      cookie.domain = domain;
      cookie.is_host_only = false;
    }
    if (wire::equals_ignoring_case(name, "max-age")) {
      long seconds = 0;
      if (std::from_chars(value.data(), value.data() + value.size(), seconds).ec == std::errc()) {
        has_age = true;
        cookie.ends_at = seconds <= 0 ? now : now + std::chrono::seconds(std::min(seconds, 400L * 24 * 3600));
      }
    }
    if (wire::equals_ignoring_case(name, "expires") && !has_age && is_past_date(value)) cookie.ends_at = now;
  }
  put(std::move(cookie));
  std::erase_if(cookies_, [&](const Cookie& each) { return each.ends_at <= now; });
}

void CookieJar::set(std::string_view name, std::string_view value, std::string_view host) {
  Cookie cookie;
  cookie.name = name;
  cookie.value = value;
  cookie.domain = host;
  cookie.path = "/";
  put(std::move(cookie));
}

void CookieJar::put(Cookie cookie) {
  std::erase_if(cookies_, [&](const Cookie& each) {
    return each.name == cookie.name && each.domain == cookie.domain && each.path == cookie.path;
  });
  cookies_.push_back(std::move(cookie));
}

bool CookieJar::Cookie::fits(std::string_view host, std::string_view target, bool is_tls, base::Instant now) const {
  if (ends_at <= now || (is_secure && !is_tls)) return false;
  if (host != domain && (is_host_only || !is_below(host, domain))) return false;
  const std::string_view asked = path_of(target);
  return asked.starts_with(path) && (asked.size() == path.size() || path.back() == '/' || asked[path.size()] == '/');
}

std::string CookieJar::line_for(std::string_view host, std::string_view path, bool is_tls, base::Instant now) const {
  std::string line;
  for (const Cookie& cookie : cookies_) {
    if (!cookie.fits(host, path, is_tls, now)) continue;
    if (!line.empty()) line += "; ";
    line.append(cookie.name).append("=").append(cookie.value);
  }
  return line;
}

std::string_view CookieJar::find(std::string_view name) const {
  const auto found =
      std::find_if(cookies_.rbegin(), cookies_.rend(), [&](const Cookie& each) { return each.name == name; });
  return found == cookies_.rend() ? std::string_view() : found->value;
}

}  // namespace acrida::native
