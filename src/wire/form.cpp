#include "wire/form.h"

#include <strings.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace acrida::wire {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool starts_with_any_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && strncasecmp(text.data(), prefix.data(), prefix.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

// The parameter of a header value: `multipart/form-data; boundary="x"` has boundary x.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  for (std::size_t at = header.find(';'); at != header.npos;) {
    std::string_view rest = trimmed(header.substr(at + 1));
    const std::size_t equals = rest.find('=');
    if (equals == rest.npos) return std::nullopt;
    const bool is_wanted = trimmed(rest.substr(0, equals)).size() == name.size() &&
                           starts_with_any_case(trimmed(rest.substr(0, equals)), name);
    rest.remove_prefix(equals + 1);
    std::string value;
    if (!rest.empty() && rest.front() == '"') {
      std::size_t i = 1;
      for (; i < rest.size() && rest[i] != '"'; ++i) {
        if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) ++i;
        value += rest[i];
      }
      rest.remove_prefix(std::min(i + 1, rest.size()));
    } else {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      value = trimmed(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    if (is_wanted) return value;
    const std::size_t next = rest.find(';');
    at = next == rest.npos ? header.npos : static_cast<std::size_t>(rest.data() - header.data()) + next;
  }
  return std::nullopt;
}

// One part without the delimiters around it; nothing for an uploaded file.
std::optional<std::pair<std::string, std::string>> parse_part(std::string_view part) {
  const std::size_t head_end = part.find("\r\n\r\n");
  if (head_end == part.npos) return std::nullopt;
  std::string_view head = part.substr(0, head_end);
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (!starts_with_any_case(line, "content-disposition:")) continue;
    const std::optional<std::string> name = parameter(line, "name");
    if (!name || parameter(line, "filename")) return std::nullopt;
    return std::pair(*name, std::string(part.substr(head_end + 4)));
  }
  return std::nullopt;
}

base::Result<Fields, std::string> parse_multipart(std::string_view sent, const std::string& boundary) {
  if (boundary.empty() || boundary.size() > 200) return std::string("The form has no usable boundary.");
  const std::string delimiter = "\r\n--" + boundary;
  const std::string framed = std::string("\r\n").append(sent);  // so that the first delimiter looks like the others
  const std::string_view body = framed;
  Fields fields;
  std::size_t at = body.find(delimiter);
  if (at == body.npos) return std::string("The body of the form does not contain its boundary.");
  at += delimiter.size();
  while (body.substr(at, 2) != "--") {
    const std::size_t line_end = body.find("\r\n", at);
    const std::size_t end = line_end == body.npos ? body.npos : body.find(delimiter, line_end);
    if (end == body.npos) return std::string("The body of the form is not complete.");
    const std::size_t begin = std::min(line_end + 2, end);
    if (auto field = parse_part(body.substr(begin, end - begin))) fields.push_back(std::move(*field));
    if (fields.size() > kMostFields) return std::string("The form has too many fields.");
    at = end + delimiter.size();
  }
  return fields;
}

}  // namespace

std::string percent_decoded(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

Fields parse_urlencoded(std::string_view text) {
  Fields fields;
  while (!text.empty() && fields.size() < kMostFields) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (item.empty()) continue;
    const std::size_t equals = std::min(item.find('='), item.size());
    fields.emplace_back(percent_decoded(item.substr(0, equals), true),
                        equals == item.size() ? std::string() : percent_decoded(item.substr(equals + 1), true));
  }
  return fields;
}

base::Result<Fields, std::string> parse_form(std::string_view content_type, std::string_view body) {
  if (starts_with_any_case(content_type, "application/x-www-form-urlencoded")) return parse_urlencoded(body);
  if (starts_with_any_case(content_type, "multipart/form-data"))
    return parse_multipart(body, parameter(content_type, "boundary").value_or(""));
  return Fields{};
}

std::string_view find_field(const Fields& fields, std::string_view name) {
  for (const auto& [each, value] : fields)
    if (each == name) return value;
  return {};
}

}  // namespace acrida::wire
