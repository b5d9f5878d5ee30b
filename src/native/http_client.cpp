#include <fmt/core.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <acrida/http.h>
#include <acrida/user.h>
#include "native/exchange.h"
#include "wire/form.h"
#include "wire/redirect.h"
#include "wire/url.h"

namespace acrida {

namespace detail {

namespace {

constexpr int kMostRedirects = 30;

// Not a letter of a header line may end it.
void check_line(std::string_view text) {
  if (text.find_first_of("\r\n") != text.npos)
    throw std::invalid_argument("a header of a request must not hold a line break: " + std::string(text));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return result;
}

// With a scheme, which need not be one that we speak.
bool is_absolute(std::string_view url) { return url.find("://") < url.find_first_of("/?#"); }

// Letters that go as they are, so that most targets need no second look.
bool is_plain(std::string_view target) {
  for (const char c : target)
    if (c <= ' ' || c >= 127 || c == '%' || c == '#' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' ||
        c == '`' || c == '{' || c == '|' || c == '}')
      return false;
  return !target.empty() && target.front() == '/' && target.find("/.") == target.npos;
}

// Where it was aimed before it is aimed already: without the lock that all threads share in intern_origin().
void aim_at(Exchange& exchange, const std::string& url) {
  if (!url.empty() && url == exchange.url) return;
  exchange.url.clear();
  const auto parsed = wire::parse_url(url);
  if (!parsed) throw std::invalid_argument(parsed.error().text);
  exchange.operation.origin = http::intern_origin(parsed->is_https, parsed->host, parsed->port);
  exchange.target = wire::to_request_target(parsed->target);
  exchange.url = url;
}

void aim(const ClientState& client, Exchange& exchange, std::string_view url, const std::vector<Pair>& params) {
  if (client.base->origin && params.empty() && is_plain(url)) {
    exchange.url.clear();
    exchange.operation.origin = client.base->origin;
    exchange.target.assign(client.base->target).append(url);
    return;
  }
  std::string whole(url);
  if (is_absolute(url)) {
    if (const auto parsed = wire::parse_url(url); parsed && !parsed->userinfo.empty())
      throw std::invalid_argument("a user and password in the address of a request: use client.set_basic_auth()");
  } else {
    if (client.base->url.empty())
      throw std::invalid_argument(
          "You must specify the base host. Either in the host of the user class, or on the command line using the "
          "--host option.");
    whole = client.base->url + (whole.starts_with('/') ? "" : "/") + whole;
  }
  if (!params.empty()) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    for (const Pair& pair : params) pairs.emplace_back(pair.name, pair.value);
    whole += (whole.find('?') == whole.npos ? "?" : "&") + wire::form_urlencode(pairs);
  }
  aim_at(exchange, whole);
}

// The body; answers what its Content-Type is.
std::string_view fill_body(Exchange& exchange, const RequestOptions& options) {
  exchange.body.clear();
  if (!options.json.is_null()) {
    exchange.body = options.json.dump();
    return "application/json";
  }
  if (!options.form.empty()) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    for (const Pair& pair : options.form) pairs.emplace_back(pair.name, pair.value);
    exchange.body = wire::form_urlencode(pairs);
    return "application/x-www-form-urlencoded";
  }
  exchange.body = options.data;
  return {};
}

void append_number(std::string& text, std::size_t number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

struct HeadRules {
  std::string_view content_type;
  bool drops_body = false;
  bool drops_authorization = false;
};

bool is_given(const std::vector<Pair>& headers, std::string_view lower_name) {
  for (const Pair& pair : headers)
    if (wire::equals_ignoring_case(pair.name, lower_name)) return true;
  return false;
}

bool is_about_body(std::string_view lower_name) {
  return lower_name == "content-type" || lower_name == "content-length" || lower_name == "transfer-encoding";
}

// Nothing but method, target, origin and the client's lines are in the head.
bool is_simple(const ClientState& client, const Exchange& exchange, const std::vector<Pair>& own,
               const HeadRules& rules) {
  return own.empty() && client.cookies.is_empty() && exchange.body.empty() && rules.content_type.empty() &&
         !rules.drops_body && !rules.drops_authorization;
}

// The head that stands there from the time before begins with just this.
bool is_head_for(std::string_view head, std::string_view method, std::string_view target) {
  constexpr std::string_view kEnd = " HTTP/1.1\r\n";
  const std::size_t target_at = method.size() + 1, end_at = target_at + target.size();
  return head.size() > end_at + kEnd.size() && head.starts_with(method) && head[method.size()] == ' ' &&
         head.substr(target_at, target.size()) == target && head.substr(end_at, kEnd.size()) == kEnd;
}

void write_head(ClientState& client, Exchange& exchange, const std::vector<Pair>& own, const HeadRules& rules) {
  http::Operation& operation = exchange.operation;
  std::string& head = operation.head;
  const bool can_be_kept = is_simple(client, exchange, own, rules);
  if (can_be_kept && exchange.head_origin == operation.origin && exchange.head_lines == client.headers &&
      is_head_for(head, exchange.method, exchange.target))
    return;
  exchange.head_origin = can_be_kept ? operation.origin : nullptr;
  exchange.head_lines = can_be_kept ? client.headers : nullptr;
  head.clear();
  head.append(exchange.method).append(" ").append(exchange.target).append(" HTTP/1.1\r\n");
  if (!is_given(own, "host")) head.append("Host: ").append(operation.origin->authority).append("\r\n");
  operation.close_after = false;
  bool has_type = false;
  for (const HeaderLine& header : *client.headers) {
    if (!own.empty() && is_given(own, header.lower_name)) continue;
    if (rules.drops_authorization && header.lower_name == "authorization") continue;
    if (rules.drops_body && is_about_body(header.lower_name)) continue;
    has_type |= header.lower_name == "content-type";
    head.append(header.line);
  }
  for (const Pair& pair : own) {
    const std::string name = lower(pair.name);
    if (rules.drops_authorization && name == "authorization") continue;
    if (rules.drops_body && is_about_body(name)) continue;
    check_line(pair.name);
    check_line(pair.value);
    has_type |= name == "content-type";
    if (name == "connection") operation.close_after = lower(pair.value) == "close";
    head.append(pair.name).append(": ").append(pair.value).append("\r\n");
  }
  if (!client.cookies.is_empty() && !is_given(own, "cookie")) {
    const std::string cookies =
        client.cookies.line_for(operation.origin->host, exchange.target, operation.origin->is_tls, base::now());
    if (!cookies.empty()) head.append("Cookie: ").append(cookies).append("\r\n");
  }
  if (!rules.drops_body) {
    if (!rules.content_type.empty() && !has_type)
      head.append("Content-Type: ").append(rules.content_type).append("\r\n");
    const bool needs_length = !exchange.body.empty() || (exchange.method != "GET" && exchange.method != "HEAD" &&
                                                         exchange.method != "OPTIONS" && exchange.method != "DELETE");
    if (needs_length && !is_given(own, "content-length")) {
      head.append("Content-Length: ");
      append_number(head, exchange.body.size());
      head.append("\r\n");
    }
  }
  head.append("\r\n");
}

bool is_bare(const RequestOptions& options) {
  return options.headers.empty() && options.params.empty() && options.form.empty() && options.data.empty() &&
         options.json.is_null();
}

// What stands in the exchange from the time before is just what shall be sent now.
bool is_prepared(const ClientState& client, const Exchange& exchange, std::string_view method, std::string_view url) {
  return exchange.prepared_base && exchange.prepared_base == client.base && exchange.head_lines == client.headers &&
         client.cookies.is_empty() && exchange.prepared_url == url && exchange.method == method;
}

// Origin, target, body and head.
HeadRules prepare(ClientState& client, Exchange& exchange, std::string_view method, std::string_view url,
                  const RequestOptions& options) {
  const bool can_be_kept = is_bare(options);
  if (can_be_kept && is_prepared(client, exchange, method, url)) return {};
  exchange.prepared_base = nullptr;
  exchange.method = method;
  aim(client, exchange, url, options.params);
  const HeadRules rules{.content_type = fill_body(exchange, options)};
  write_head(client, exchange, options.headers, rules);
  if (can_be_kept && exchange.url.empty() && exchange.head_lines) {
    exchange.prepared_base = client.base;
    exchange.prepared_url = url;
  }
  return rules;
}

// Sends it and parks until it is back. Killed meanwhile: the request is given up.
void perform(ClientState& client, Exchange& exchange) {
  http::Operation& operation = exchange.operation;
  native::Loop& loop = client.user.loop;
  operation.client = client.client;
  operation.tls = client.tls;
  operation.body = exchange.body.data();
  operation.body_size = exchange.body.size();
  operation.is_head = exchange.method == "HEAD";
  operation.is_safe_to_resend = exchange.method != "POST" && exchange.method != "PATCH";
  operation.reply_to = &loop.replies();
  operation.wake_caller = nullptr;  // we are awake when the loop works
  operation.caller_data = &exchange;
  exchange.fiber = loop.fibers().current();
  exchange.is_in_flight = true;
  loop.service().submit(&operation);
  try {
    while (exchange.is_in_flight) loop.fibers().park();
  } catch (...) {
    exchange.fiber = nullptr;
    auto expected = http::OperationState::InFlight;
    if (exchange.is_in_flight && operation.state.compare_exchange_strong(expected, http::OperationState::Cancelled))
      loop.service().cancel(&operation);
    throw;
  }
}

void take_cookies(ClientState& client, const Exchange& exchange) {
  const http::Answer& answer = exchange.operation.answer;
  if (!answer.has_set_cookie) return;
  for (const http::HeaderField& field : answer.fields)
    if (wire::equals_ignoring_case(answer.name(field), "set-cookie"))
      client.cookies.take(answer.value(field), exchange.operation.origin->host, exchange.target, base::now());
}

std::string url_of(const Exchange& exchange) {
  const http::Origin& origin = *exchange.operation.origin;
  return (origin.is_tls ? "https://" : "http://") + origin.authority + exchange.target;
}

// Turns the exchange to where the answer points. False: it points nowhere.
bool follow(Exchange& exchange, HeadRules& rules) {
  http::Operation& operation = exchange.operation;
  if (exchange.redirects++ == kMostRedirects) {
    operation.answer.error = {.kind = http::ErrorKind::TooManyRedirects, .code = kMostRedirects, .detail = {}};
    operation.answer.status = 0;
    return false;
  }
  const std::string from = url_of(exchange);
  const std::string to = wire::resolve(from, operation.answer.find("location"));
  const auto parsed_from = wire::parse_url(from), parsed_to = wire::parse_url(to);
  if (!parsed_to) {
    operation.answer.error = {.kind = http::ErrorKind::MalformedAnswer, .code = 0, .detail = parsed_to.error().text};
    operation.answer.status = 0;
    return false;
  }
  const wire::NextRequest next = wire::next_request(operation.answer.status, exchange.method);
  rules.drops_body = rules.drops_body || !next.keeps_body;
  rules.drops_authorization = rules.drops_authorization || wire::drops_authorization(*parsed_from, *parsed_to);
  operation.prior = operation.response_time();
  exchange.method = next.method;
  if (rules.drops_body) exchange.body.clear();
  exchange.prepared_base = nullptr;
  aim_at(exchange, to);
  return true;
}

}  // namespace

namespace {

const std::shared_ptr<const Headers>& default_headers() {
  static const auto headers =
      std::make_shared<const Headers>(Headers{{"user-agent", "User-Agent: acrida\r\n"},
                                              {"accept-encoding", "Accept-Encoding: gzip, deflate, br\r\n"},
                                              {"accept", "Accept: */*\r\n"}});
  return headers;
}

std::string basic(std::string_view user_and_password) {
  std::string encoded((user_and_password.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(user_and_password.data()),
                                   static_cast<int>(user_and_password.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

// "anna:secret" of "http://anna:secret@shop", percent-decoded; it does not stay in the address.
std::string take_userinfo(std::string& url) {
  const std::size_t begin = url.find("://");
  if (begin == url.npos) return {};
  const std::size_t end = std::min(url.find_first_of("/?#", begin + 3), url.size());
  const std::size_t at = url.rfind('@', end);
  if (at == url.npos || at < begin + 3) return {};
  std::string userinfo = wire::percent_decoded(std::string_view(url).substr(begin + 3, at - begin - 3), false);
  url.erase(begin + 3, at + 1 - begin - 3);
  return userinfo.find(':') == userinfo.npos ? userinfo + ":" : userinfo;
}

std::shared_ptr<const Base> make_base(std::string url) {
  auto base = std::make_shared<Base>();
  base->headers = default_headers();
  if (const std::string userinfo = take_userinfo(url); !userinfo.empty()) {
    Headers headers = *base->headers;
    headers.push_back({"authorization", "Authorization: " + basic(userinfo) + "\r\n"});
    base->headers = std::make_shared<const Headers>(std::move(headers));
  }
  while (url.ends_with('/')) url.pop_back();
  base->url = std::move(url);
  if (base->url.empty()) return base;
  const auto parsed = wire::parse_url(base->url);
  if (!parsed) throw std::invalid_argument(parsed.error().text);
  base->origin = http::intern_origin(parsed->is_https, parsed->host, parsed->port);
  base->target = parsed->target == "/" ? "" : wire::to_request_target(parsed->target);
  while (base->target.ends_with('/')) base->target.pop_back();
  return base;
}

}  // namespace

ClientState::ClientState(UserState& of_user) : user(of_user), tls(http::intern_tls({})) {
  const std::string& host = user.loop.host_of(user);
  std::shared_ptr<const Base>& known = user.loop.base_of(host);
  if (!known) known = make_base(host);
  base = known;
  headers = base->headers;
}

ClientState::~ClientState() {
  if (client) user.loop.service().close_client(client);
}

}  // namespace detail

using detail::Exchange;

HttpClient::HttpClient() : state_(new detail::ClientState(native::loop_of_caller("HttpClient").user())) {}
HttpClient::~HttpClient() { delete state_; }

Response HttpClient::request(std::string_view method, std::string_view url, const RequestOptions& options) {
  detail::ClientState& client = *state_;
  native::Loop& loop = client.user.loop;
  loop.check_caller("A request");
  if (!client.client) client.client = loop.service().open_client({});
  Exchange& exchange = detail::take_exchange(loop);
  struct Guard {  // gives it back when something is thrown on the way
    Exchange* exchange;
    ~Guard() {
      if (exchange) detail::release(*exchange);
    }
  } guard{&exchange};
  exchange.user = &client.user;
  exchange.name = options.name.empty() ? url : options.name;
  exchange.error.clear();
  exchange.catches_response = options.catch_response;
  exchange.is_reported = exchange.is_failed_by_scenario = false;
  exchange.redirects = 0;
  http::Operation& operation = exchange.operation;
  operation.follows_redirects = options.allow_redirects;
  operation.prior = {};
  operation.connect_timeout = operation.idle_timeout =
      options.timeout > 0 ? base::from_seconds(options.timeout) : client.timeout;
  detail::HeadRules rules = detail::prepare(client, exchange, method, url, options);
  for (;;) {
    detail::perform(client, exchange);
    detail::take_cookies(client, exchange);
    const http::Answer& answer = operation.answer;
    const bool leads_on =
        options.allow_redirects && !answer.error && answer.has_location && wire::is_redirect(answer.status);
    if (!leads_on || !detail::follow(exchange, rules)) break;
    detail::write_head(client, exchange, options.headers, rules);
  }
  if (exchange.redirects > 0) exchange.method = method;
  exchange.ms = base::to_ms(operation.response_time());
  if (operation.answer.error) {
    operation.answer.status = 0;
    operation.answer.body.clear();
    exchange.error = detail::error_text(operation);
  } else if (operation.answer.status >= 400) {
    exchange.error = detail::bad_status_text(operation.answer.status, operation.answer.reason(), exchange.name);
  }
  guard.exchange = nullptr;
  Response response(&exchange);
  if (!options.catch_response) detail::report(exchange);
  return response;
}

void HttpClient::set_header(std::string_view name, std::string_view value) {
  detail::check_line(name);
  detail::check_line(value);
  const std::string lower = detail::lower(name);
  detail::Headers changed = *state_->headers;
  std::erase_if(changed, [&](const detail::HeaderLine& line) { return line.lower_name == lower; });
  if (!value.empty()) changed.push_back({lower, std::string(name) + ": " + std::string(value) + "\r\n"});
  state_->headers = std::make_shared<const detail::Headers>(std::move(changed));
}

void HttpClient::set_cookie(std::string_view name, std::string_view value) {
  state_->cookies.set(name, value, state_->base->origin ? state_->base->origin->host : "");
}
std::string HttpClient::cookie(std::string_view name) const { return std::string(state_->cookies.find(name)); }
void HttpClient::set_timeout(double seconds) { state_->timeout = base::from_seconds(seconds); }
void HttpClient::set_basic_auth(std::string_view user, std::string_view password) {
  set_header("Authorization", detail::basic(std::string(user) + ":" + std::string(password)));
}
void HttpClient::set_verify(bool verify) {
  http::TlsSettings settings = *state_->tls;
  settings.verify = verify;
  state_->tls = http::intern_tls(settings);
}
void HttpClient::set_authorities(std::string_view path) {
  http::TlsSettings settings = *state_->tls;
  settings.ca_path = path;
  state_->tls = http::intern_tls(settings);
}
void HttpClient::set_certificate(std::string_view certificate, std::string_view key) {
  http::TlsSettings settings = *state_->tls;
  settings.cert_file = certificate;
  settings.key_file = key;
  state_->tls = http::intern_tls(settings);
}
const std::string& HttpClient::base_url() const { return state_->base->url; }

}  // namespace acrida
