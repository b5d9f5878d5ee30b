#include "python/request_head.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>

#include "python/json_codec.h"
#include "wire/response_head.h"
#include "wire/url.h"

namespace acrida::python {
namespace {

constexpr std::size_t kMostCallHeaders = 32;

struct CallHeader {
  std::string_view name, value;
  bool is_removed = false;  // value None: a session header is not sent
};

// Bytes that requests, urllib3 and geventhttpclient all send as they are. '%', '#' and everything else go the
// careful way.
constexpr std::array<bool, 256> make_plain_table() {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<unsigned>(c)] = true;
  for (const char c : {'-', '.', '_', '~', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '=', ':', '@', '/', '?'})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kIsPlain = make_plain_table();

bool is_plain_target(std::string_view target) {
  for (const char c : target)
    if (!kIsPlain[static_cast<unsigned char>(c)]) return false;
  return target.find("/.") == std::string_view::npos;  // dot segments are for the careful way, too
}

bool starts_with_scheme(std::string_view url) {
  return url.size() >= 7 && (wire::equals_ignoring_case(url.substr(0, 7), "http://") ||
                             (url.size() >= 8 && wire::equals_ignoring_case(url.substr(0, 8), "https://")));
}

bool has_line_break(std::string_view text) {
  return std::memchr(text.data(), '\n', text.size()) || std::memchr(text.data(), '\r', text.size());
}

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  for (int c = 0; c < 256; ++c) table[c] |= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return table;
}
constexpr auto kIsToken = make_token_table();

bool is_token(std::string_view text) {
  for (const char c : text)
    if (!kIsToken[static_cast<unsigned char>(c)]) return false;
  return !text.empty();
}

bool is_one_of(std::string_view name, const CallHeader* headers, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (wire::equals_ignoring_case(headers[i].name, name)) return true;
  return false;
}

// One growth for all of them: heads are written for every request.
void append_all(std::string& head, std::initializer_list<std::string_view> pieces) {
  const std::size_t before = head.size();
  std::size_t size = before;
  for (const auto piece : pieces) size += piece.size();
  head.resize(size);
  char* at = head.data() + before;
  for (const auto piece : pieces) {
    std::memcpy(at, piece.data(), piece.size());
    at += piece.size();
  }
}

void append_line(std::string& head, std::string_view name, std::string_view value) {
  append_all(head, {name, ": ", value, "\r\n"});
}

void mention(const HeaderLine& line, Mentions& mentions) {
  const std::string_view name = line.lower_name;
  mentions.host |= name == "host";
  mentions.content_type |= name == "content-type";
  mentions.accept |= name == "accept";
  mentions.length |= name == "content-length";
  if (name == "connection") mentions.connection_close = line.line == "Connection: close\r\n";
}

bool add_header(PyObject* key, PyObject* value, CallHeader* headers, std::size_t& count) {
  if (count == kMostCallHeaders || !PyUnicode_CheckExact(key)) return false;
  CallHeader header;
  header.name = utf8(key);
  if (value == Py_None) {
    header.is_removed = true;
  } else {
    if (!PyUnicode_CheckExact(value) || !PyUnicode_IS_ASCII(value)) return false;
    header.value = utf8(value);
  }
  if (!is_token(header.name) || has_line_break(header.value)) return false;
  if (std::memchr(header.value.data(), 0, header.value.size())) return false;
  if (!header.value.empty() && (header.value.front() == ' ' || header.value.front() == '\t')) return false;
  headers[count++] = header;
  return true;
}

bool read_call_headers(const Call& call, CallHeader* headers, std::size_t& count) {
  if (call.headers && call.headers != Py_None) {
    if (!PyDict_CheckExact(call.headers)) return false;
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(call.headers, &at, &key, &value);)
      if (!add_header(key, value, headers, count)) return false;
  }
  return true;
}

void append_number(std::string& head, std::size_t number) {
  char digits[24];
  char* at = digits + sizeof digits;
  do *--at = static_cast<char>('0' + number % 10);
  while (number /= 10);
  head.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}

// Both send a length of 0 where a body would be expected; requests with everything but GET and HEAD.
bool needs_length(const SessionObject* session, std::string_view method, const Body& body) {
  if (!body.text.empty()) return true;
  if (session->uses_requests_rules) return method != "GET" && method != "HEAD";
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void append_length(std::string& head, std::size_t size) {
  head.append("Content-Length: ");
  append_number(head, size);
  head.append("\r\n");
}

void append_body_lines(const SessionObject* session, std::string_view method, const Body& body,
                       const Mentions& mentions, std::string& head) {
  if (body.content_type && !mentions.content_type) append_line(head, "Content-Type", body.content_type);
  if (body.accepts_json && !mentions.accept) append_line(head, "Accept", "application/json");
  if (!mentions.length && needs_length(session, method, body)) append_length(head, body.text.size());
}

bool is_about_body(std::string_view name) {
  return wire::equals_ignoring_case(name, "content-length") || wire::equals_ignoring_case(name, "content-type") ||
         wire::equals_ignoring_case(name, "transfer-encoding");
}

bool write_prepared(const SessionObject* session, const Call& call, std::string_view method, const Destination& to,
                    std::string_view cookie_line, const Body& body, HeadOptions options, std::string& head,
                    bool* closes) {
  bool has_host = false, has_length = false, has_cookie = false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(call.prepared_headers); ++i) {
    PyObject *key, *value;
    if (!PyArg_ParseTuple(PyList_GET_ITEM(call.prepared_headers, i), "UU", &key, &value)) return false;
    const auto name = utf8(key), text = utf8(value);
    if (!name.data() || !text.data()) return false;
    if (options.drops_body && is_about_body(name)) continue;
    if (options.drops_authorization && wire::equals_ignoring_case(name, "authorization")) continue;
    if (wire::equals_ignoring_case(name, "host")) has_host = true;
    if (wire::equals_ignoring_case(name, "cookie")) {
      if (cookie_line.data()) continue;  // redirects compute it afresh
      has_cookie = true;
    }
    if (wire::equals_ignoring_case(name, "content-length") || wire::equals_ignoring_case(name, "transfer-encoding"))
      has_length = true;
    if (wire::equals_ignoring_case(name, "connection") && wire::equals_ignoring_case(text, "close")) *closes = true;
    if (PyUnicode_IS_ASCII(value)) {
      append_line(head, name, text);
    } else {
      Ref latin = Ref::steal(PyUnicode_AsLatin1String(value));
      if (!latin) return false;
      append_line(head, name,
                  {PyBytes_AS_STRING(latin.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(latin.get()))});
    }
  }
  if (!has_host) append_line(head, "Host", to.origin->authority);
  if (!has_cookie) head.append(cookie_line);
  if (!has_length && needs_length(session, method, body) && !options.drops_body) append_length(head, body.text.size());
  head.append("\r\n");
  return true;
}

bool has_call_headers(const Call& call) {
  return call.headers && call.headers != Py_None &&
         !(PyDict_CheckExact(call.headers) && PyDict_GET_SIZE(call.headers) == 0);
}

// None instead of a value: urllib3 puts its own text in the place of these headers, geventhttpclient sends "None".
bool is_replaced_by_python(const SessionObject* session, const CallHeader& header) {
  return header.is_removed && (!session->uses_requests_rules || wire::equals_ignoring_case(header.name, "host") ||
                               wire::equals_ignoring_case(header.name, "user-agent") ||
                               wire::equals_ignoring_case(header.name, "accept-encoding"));
}

// Host, the session's headers that the call does not replace, and the call's own.
bool write_merged_headers(const SessionObject* session, const Call& call, const http::Origin& origin,
                          HeadOptions options, std::string& head, Mentions& mentions, bool& gives_cookie) {
  CallHeader own[kMostCallHeaders];
  std::size_t count = 0;
  if (!read_call_headers(call, own, count)) return false;
  if (std::any_of(own, own + count, [&](const CallHeader& each) { return is_replaced_by_python(session, each); }))
    return false;
  const auto given = [&](std::string_view lower_name) { return count && is_one_of(lower_name, own, count); };
  mentions = {.host = mentions.host || given("host"),
              .content_type = given("content-type"),
              .accept = given("accept"),
              .length = given("content-length") || given("transfer-encoding")};
  gives_cookie = given("cookie");
  const auto is_dropped = [&](std::string_view name) {
    return (options.drops_authorization && wire::equals_ignoring_case(name, "authorization")) ||
           (options.drops_body && is_about_body(name));
  };
  if (!mentions.host) append_line(head, "Host", origin.authority);
  for (const HeaderLine& line : session->state->config.headers) {
    if (given(line.lower_name) || is_dropped(line.lower_name)) continue;
    mention(line, mentions);
    head.append(line.line);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (own[i].is_removed || is_dropped(own[i].name)) continue;
    if (wire::equals_ignoring_case(own[i].name, "connection"))
      mentions.connection_close = wire::equals_ignoring_case(own[i].value, "close");
    append_line(head, own[i].name, own[i].value);
  }
  return true;
}

}  // namespace

HeaderBlock join_headers(const std::vector<HeaderLine>& headers) {
  HeaderBlock block;
  for (const HeaderLine& line : headers) {
    mention(line, block.mentions);
    block.lines += line.line;
  }
  return block;
}

Destination split_absolute(std::string_view url) {
  Destination to;
  const auto parsed = wire::parse_url(url);
  if (!parsed || !parsed->userinfo.empty()) return to;
  to.origin = http::intern_origin(parsed->is_https, parsed->host, parsed->port);
  to.target = wire::to_request_target(parsed->target);
  to.is_usable = true;
  return to;
}

Destination resolve(const SessionObject* session, std::string_view url) {
  const SessionConfig& c = session->state->config;
  Destination to;
  if (starts_with_scheme(url)) return split_absolute(url);
  if (!c.base_is_usable) return to;
  // Plain concatenation, as people know it: only where it cannot change the host is it done here.
  if (c.base_target.empty() && !url.empty() && url.front() != '/')
    return split_absolute(c.base_text + std::string(url));
  if (!is_plain_target(url)) return split_absolute(c.base_text + std::string(url));
  to.origin = c.origin;
  to.target.reserve(c.base_target.size() + url.size() + 1);
  to.target.append(c.base_target).append(url);
  if (to.target.empty() || to.target.front() != '/') to.target.insert(to.target.begin(), '/');
  to.is_usable = true;
  return to;
}

Body make_body(const SessionObject* session, const Call& call) {
  Body body;
  PyObject* data = call.data == Py_None ? nullptr : call.data;
  const bool is_prepared = call.prepared_headers != nullptr;
  if (data && PyUnicode_CheckExact(data)) {
    body.text = utf8(data);
    if (!body.text.data()) {
      PyErr_Clear();
      return body;
    }
    body.owner = Ref::borrow(data);
    if (!session->uses_requests_rules) body.content_type = "text/plain; charset=utf-8";
  } else if (data && PyBytes_CheckExact(data)) {
    body.text = {PyBytes_AS_STRING(data), static_cast<std::size_t>(PyBytes_GET_SIZE(data))};
    body.owner = Ref::borrow(data);
    if (!session->uses_requests_rules) body.content_type = "application/octet-stream";
  } else if (data && PyObject_IsTrue(data)) {
    return body;  // forms, files, generators …
  }
  if (body.text.empty()) body.content_type = nullptr;
  if (!is_prepared && body.text.empty() && call.json && call.json != Py_None) {
    body.owner = Ref::steal(json_dumps(call.json, !session->uses_requests_rules));
    if (!body.owner) return body;
    body.text = utf8(body.owner.get());
    body.content_type = "application/json";
    body.accepts_json = !session->uses_requests_rules;
  }
  body.is_usable = true;
  return body;
}

bool write_head(const SessionObject* session, const Call& call, std::string_view method, const Destination& to,
                std::string_view cookie_line, const Body& body, HeadOptions options, std::string& head, bool* closes) {
  const SessionConfig& c = session->state->config;
  head.clear();
  append_all(head, {method, " ", to.target, " HTTP/1.1\r\n"});
  if (call.prepared_headers) return write_prepared(session, call, method, to, cookie_line, body, options, head, closes);

  Mentions mentions = c.header_block.mentions;
  bool gives_cookie = false;
  if (options.is_plain() && !has_call_headers(call)) {
    append_all(head, {mentions.host ? "" : "Host: ", mentions.host ? "" : to.origin->authority,
                      mentions.host ? "" : "\r\n", c.header_block.lines});
  } else if (!write_merged_headers(session, call, *to.origin, options, head, mentions, gives_cookie)) {
    return false;
  }
  *closes = mentions.connection_close;
  if (!gives_cookie) head.append(cookie_line);
  if (!options.drops_body) append_body_lines(session, method, body, mentions, head);
  head.append("\r\n");
  return true;
}

}  // namespace acrida::python
