#include <algorithm>

#include "wire/ascii.h"
#include "wire/url.h"
#include "wire/url_parts.h"

namespace acrida::wire {

namespace {

constexpr std::string_view kSafeInUri = "!#$%&'()*+,/:;=?@[]~";
constexpr std::string_view kSafeInPath = "!$&'()*+,;=:@/";
constexpr std::string_view kSafeInQuery = "!$&'()*+,;=:@/?";

constexpr bool is_unreserved(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_hex(std::string& out, int byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += kDigits[static_cast<std::size_t>(byte >> 4)];
  out += kDigits[static_cast<std::size_t>(byte & 15)];
}

void append_encoded(std::string& out, char c) {
  out += '%';
  append_hex(out, static_cast<unsigned char>(c));
}

void append_quoted(std::string& out, std::string_view text, std::string_view safe) {
  for (char c : text) {
    if (is_unreserved(c) || safe.find(c) != safe.npos)
      out += c;
    else
      append_encoded(out, c);
  }
}

// -1: no encoding stands at the front of "%XX".
int encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = hex_value(text[1]), low = hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// A '%' that pretends to begin an encoding ("%zz"), unlike one that plainly does not ("100% sure", "50%").
bool has_false_encoding(std::string_view text) {
  const auto is_alphanumeric = [](char c) { return is_alpha(c) || is_digit(c) || (c & 0x80) != 0; };
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1))
    if (at + 2 < text.size() && is_alphanumeric(text[at + 1]) && is_alphanumeric(text[at + 2]) &&
        encoded_byte(text.substr(at)) < 0)
      return true;
  return false;
}

std::string decode_unreserved(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int byte = encoded_byte(text.substr(at));
    if (byte >= 0 && is_unreserved(static_cast<char>(byte))) {
      out += static_cast<char>(byte);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

// One part of the target: the digits of encodings in upper case, everything but `safe` encoded. If only some '%' begin
// an encoding, none is meant as one.
void append_part(std::string& out, std::string_view part, std::string_view safe) {
  bool is_encoded = true;
  for (std::size_t at = part.find('%'); at != part.npos && is_encoded; at = part.find('%', at + 1))
    is_encoded = encoded_byte(part.substr(at)) >= 0;
  for (std::size_t at = 0; at < part.size(); ++at) {
    const int byte = encoded_byte(part.substr(at));
    if (byte < 0) {
      append_quoted(out, part.substr(at, 1), safe);
      continue;
    }
    out += is_encoded ? "%" : "%25";
    append_hex(out, byte);
    at += 2;
  }
}

}  // namespace

std::string requote(std::string_view uri) {
  std::string out;
  out.reserve(uri.size() + 16);
  if (has_false_encoding(uri)) {
    for (char c : uri) c == '%' ? append_encoded(out, c) : append_quoted(out, {&c, 1}, kSafeInUri);
  } else {
    append_quoted(out, decode_unreserved(uri), kSafeInUri);
  }
  return out;
}

std::string to_request_target(std::string_view path_and_query) {
  const std::size_t mark = path_and_query.find('?');
  std::string target;
  target.reserve(path_and_query.size() + 16);
  append_part(target, remove_dot_segments(path_and_query.substr(0, mark)), kSafeInPath);
  if (mark != path_and_query.npos && mark + 1 < path_and_query.size()) {  // an empty query goes
    target += '?';
    append_part(target, path_and_query.substr(mark + 1), kSafeInQuery);
  }
  return requote(target);
}

std::string form_urlencode(std::span<const std::pair<std::string_view, std::string_view>> pairs) {
  std::string out;
  const auto append = [&out](std::string_view text) {
    for (char c : text) c == ' ' ? static_cast<void>(out += '+') : append_quoted(out, {&c, 1}, "");
  };
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    append(name);
    out += '=';
    append(value);
  }
  return out;
}

}  // namespace acrida::wire
