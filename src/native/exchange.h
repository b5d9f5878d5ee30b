#pragma once

#include <map>
#include <string>
#include <vector>

#include <acrida/http.h>
#include "fiber/scheduler.h"
#include "http/local_service.h"
#include "http/origin.h"
#include "native/cookie_jar.h"
#include "native/loop.h"

namespace acrida::detail {

struct HeaderLine {
  std::string lower_name, line;  // "accept", "Accept: */*\r\n"
};

using Headers = std::vector<HeaderLine>;

// Where the users of a class begin: shared by them, since there may be a million.
struct Base {
  std::string url;
  const http::Origin* origin = nullptr;    // null without a host
  std::string target;                      // its path, without a last '/'
  std::shared_ptr<const Headers> headers;  // that a client of this base begins with
};

// What an HttpClient keeps between requests.
//
// Owner   an HttpClient. Thread: its loop's.
struct ClientState {
  explicit ClientState(UserState& of_user);
  ~ClientState();
  ClientState(const ClientState&) = delete;
  ClientState& operator=(const ClientState&) = delete;

  UserState& user;
  std::shared_ptr<const Base> base;
  http::Client* client = nullptr;  // opened by the first request
  const http::TlsSettings* tls;
  std::shared_ptr<const Headers> headers;  // shared until it is changed
  native::CookieJar cookies;
  base::Duration timeout = std::chrono::seconds(60);
};

// One request and its answer, redirects included. On the heap and owned by its loop: a request that is given up comes
// back after its user has gone.
struct Exchange {
  http::Operation operation;
  UserState* user = nullptr;
  fiber::Fiber* fiber = nullptr;  // waits for it; null: given up
  std::string method, name, target, body;
  std::string url;  // where origin and target come from; empty: from the base of the client
  std::string error;
  // What its head was written for, if that alone decides it: most users send the same again and again.
  const http::Origin* head_origin = nullptr;
  std::shared_ptr<const Headers> head_lines;
  // Where all of it was prepared, if method, address and the client's headers alone decide it; and that address.
  std::shared_ptr<const Base> prepared_base;
  std::string prepared_url;
  bool catches_response = false, is_failed_by_scenario = false, is_reported = false, is_in_flight = false;
  int redirects = 0;
  double ms = 0;
};

// Takes one from those not in use, and gives it back.
Exchange& take_exchange(native::Loop& loop);
void release(Exchange& exchange);
// Counts it, once.
void report(Exchange& exchange);

// Why there was no answer, in the words that people know from HttpUser.
std::string error_text(const http::Operation& operation);
// What a scenario gave to failure(), as Python's exception for it reads.
std::string failure_text(std::string_view why);
std::string bad_status_text(int status, std::string_view reason, std::string_view name);

}  // namespace acrida::detail
