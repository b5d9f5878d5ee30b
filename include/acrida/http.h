#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "acrida/export.h"
#include "acrida/json.h"

namespace acrida {

namespace detail {
struct Exchange;
struct ClientState;
}  // namespace detail

struct Pair {
  std::string_view name, value;
};

// Everything about a request but its method and address. All optional:
//   client.post("/cart", {.name = "buy", .json = {{"item", 7}}, .catch_response = true})
struct RequestOptions {
  std::string_view name = {};      // row in the statistics; empty: the address
  std::vector<Pair> headers = {};  // replace the client's own of the same name
  std::vector<Pair> params = {};   // the query
  Json json = {};                  // body: JSON
  std::vector<Pair> form = {};     // body: an HTML form
  std::string_view data = {};      // body: these bytes; say what they are in a header Content-Type
  bool catch_response = false;     // the scenario says whether it was a success
  bool allow_redirects = true;     // up to 30
  double timeout = 0;              // seconds without any progress; 0: the client's
};

// An answer, or the account of why there was none: status() is 0 then and error() says why. With catch_response, its
// end of life (or success() and failure()) reports the request; otherwise it is reported already.
//
// Owner   the scenario, which may move it. Not to be kept beyond the user's life.
class ACRIDA_API Response {
 public:
  explicit Response(detail::Exchange* exchange) : exchange_(exchange) {}
  Response(Response&& other) noexcept : exchange_(other.exchange_) { other.exchange_ = nullptr; }
  Response& operator=(Response&&) = delete;
  ~Response();

  int status() const;
  int status_code() const { return status(); }
  bool ok() const;  // an answer below 400
  explicit operator bool() const { return ok(); }
  std::string_view text() const;                         // the body, decoded; valid as long as this response
  Json json() const;                                     // JsonError
  std::string_view header(std::string_view name) const;  // any case; empty if absent; of several the first
  double elapsed() const;                                // seconds, redirects included
  const std::string& error() const;  // why there was no answer, or why it counts as a failure; empty otherwise

  // With catch_response only; the last word counts.
  void success();
  void failure(std::string_view why);
  // failure(otherwise) unless it holds; answers whether it does.
  bool check(bool holds, std::string_view otherwise);

 private:
  detail::Exchange* exchange_;
};

// A user's HTTP connections, cookies and headers. Each call parks the user until the answer is there, which is read
// whole: there are no streams (for those: TcpSocket). Never throws for what the target does; std::invalid_argument for
// an address that is none, std::logic_error outside of the user's own code.
class ACRIDA_API HttpClient {
 public:
  // For the user that is being made now, with its host as the base of addresses.
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Response get(std::string_view url, const RequestOptions& options = {}) { return request("GET", url, options); }
  Response post(std::string_view url, const RequestOptions& options = {}) { return request("POST", url, options); }
  Response put(std::string_view url, const RequestOptions& options = {}) { return request("PUT", url, options); }
  Response patch(std::string_view url, const RequestOptions& options = {}) { return request("PATCH", url, options); }
  Response del(std::string_view url, const RequestOptions& options = {}) { return request("DELETE", url, options); }
  Response head(std::string_view url, RequestOptions options = {}) {
    options.allow_redirects = false;
    return request("HEAD", url, options);
  }
  Response options(std::string_view url, const RequestOptions& options = {}) {
    return request("OPTIONS", url, options);
  }
  Response request(std::string_view method, std::string_view url, const RequestOptions& options = {});

  // Sent with every request from now on; an empty value removes it.
  void set_header(std::string_view name, std::string_view value);
  void set_cookie(std::string_view name, std::string_view value);
  std::string cookie(std::string_view name) const;  // empty if there is none
  void set_timeout(double seconds);                 // 60 unless set; 0: none
  // The header Authorization, as a host like "http://anna:secret@shop" sets it too.
  void set_basic_auth(std::string_view user, std::string_view password);
  // Of https: whether the server's certificate is looked at (true unless set), and by which authorities (a file or
  // folder; the system's unless set).
  void set_verify(bool verify);
  void set_authorities(std::string_view path);
  // What the server sees of us: PEM files; without a key it is in the certificate's file.
  void set_certificate(std::string_view certificate, std::string_view key = {});
  const std::string& base_url() const;  // without a password

 private:
  detail::ClientState* state_;
};

}  // namespace acrida
