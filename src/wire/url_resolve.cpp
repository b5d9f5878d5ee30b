#include <algorithm>

#include "wire/ascii.h"
#include "wire/url.h"
#include "wire/url_parts.h"

// References (RFC 3986, 5.2), in the words of the standard.
namespace acrida::wire {

namespace {

// A part that is absent has data() == nullptr, which differs from an empty one: "?" is a query, "" is none.
struct Reference {
  std::string_view scheme, authority, path, query, fragment;
};

std::string_view cut_tail(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == text.npos) return {};
  const std::string_view tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

Reference split_reference(std::string_view text) {
  Reference parts;
  parts.fragment = cut_tail(text, '#');
  parts.query = cut_tail(text, '?');
  if (const std::size_t colon = find_scheme_end(text); colon != text.npos) {
    parts.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    parts.authority = text.substr(0, text.find('/'));
    text.remove_prefix(parts.authority.size());
  }
  parts.path = text;
  return parts;
}

bool is_absent(std::string_view part) { return part.data() == nullptr; }

std::string merge(const Reference& base, std::string_view path) {
  if (!is_absent(base.authority) && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  return std::string(base.path.substr(0, slash == base.path.npos ? 0 : slash + 1)) + std::string(path);
}

std::string join(const Reference& parts, std::string_view path) {
  std::string url;
  if (!is_absent(parts.scheme)) (url += parts.scheme) += ':';
  if (!is_absent(parts.authority)) (url += "//") += parts.authority;
  url += path;
  if (!is_absent(parts.query)) (url += '?') += parts.query;
  if (!is_absent(parts.fragment)) (url += '#') += parts.fragment;
  return url;
}

}  // namespace

std::size_t find_scheme_end(std::string_view url) {
  const auto is_scheme_character = [](char c) {
    return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  };
  if (url.empty() || !is_alpha(url[0])) return url.npos;
  const auto end = std::find_if_not(url.begin(), url.end(), is_scheme_character);
  return end != url.end() && *end == ':' ? static_cast<std::size_t>(end - url.begin()) : url.npos;
}

std::string remove_dot_segments(std::string_view path) {
  if (path.find("./") == path.npos && !path.ends_with('.')) return std::string(path);
  std::string out;
  const bool is_absolute = path.starts_with('/');
  if (is_absolute) path.remove_prefix(1);
  for (bool is_last = false; !is_last;) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    is_last = slash == path.npos;
    path.remove_prefix(is_last ? path.size() : slash + 1);
    if (segment == "..") {  // takes the segment before it away: what stands behind the last slash but one
      if (!out.empty()) out.pop_back();
      out.resize(out.rfind('/') + 1);  // npos + 1 == 0
    } else if (segment != ".") {
      out += segment;
      if (!is_last) out += '/';
    }
  }
  return is_absolute ? "/" + out : out;
}

std::string resolve(std::string_view base_url, std::string_view location) {
  const Reference base = split_reference(base_url);
  Reference target = split_reference(location);
  if (!is_absent(target.scheme)) return join(target, remove_dot_segments(target.path));
  target.scheme = base.scheme;
  if (!is_absent(target.authority)) return join(target, remove_dot_segments(target.path));
  target.authority = base.authority;
  if (target.path.empty()) {
    if (is_absent(target.query)) target.query = base.query;
    return join(target, base.path);
  }
  if (target.path.starts_with('/')) return join(target, remove_dot_segments(target.path));
  return join(target, remove_dot_segments(merge(base, target.path)));
}

}  // namespace acrida::wire
