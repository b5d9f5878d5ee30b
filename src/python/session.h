#pragma once

#include <Python.h>

#include <string>
#include <string_view>
#include <vector>

#include "http/origin.h"
#include "http/service.h"
#include "python/ref.h"

namespace acrida::python {

// Counts changes of a container that a session depends on (headers, cookies): subclasses written in Python call
// _touch() on every change, C++ compares the number.
struct TrackerObject {
  PyObject_HEAD unsigned long long changes;
};

// Connections that several sessions share: what a pool_manager or client_pool of a scenario stands for.
struct SharedClientObject {
  PyObject_HEAD http::Client* client;
  std::size_t connections_per_origin;
  unsigned forks;
};

struct HeaderLine {
  std::string lower_name;
  std::string line;  // "Name: value\r\n"
};

// What the lines of a head, but for those that follow from the body, speak of already.
struct Mentions {
  bool host = false, content_type = false, accept = false, length = false;
  bool connection_close = false;
};

// The session's headers as they are sent when a call brings none of its own.
struct HeaderBlock {
  std::string lines;
  Mentions mentions;
};

// What a session's configuration comes to for the fast path; made by the Python method _acrida_config() and void as
// soon as one of the watched objects changes.
struct SessionConfig {
  bool is_valid = false;
  bool is_fast = false;         // false: every call takes the general path
  bool base_is_usable = false;  // base_url could be split
  const http::Origin* origin = nullptr;
  const http::TlsSettings* tls = nullptr;
  std::string base_target;          // path of base_url, possibly empty
  std::string base_text;            // base_url itself
  std::vector<HeaderLine> headers;  // sent with every request
  HeaderBlock header_block;         // the same, joined
  bool has_accept_encoding = false;
  Ref request_name;  // HttpSession.request_name, null if none
  base::Duration connect_timeout{0}, idle_timeout{0};
  int max_redirects = 30;
  int max_retries = 0;  // re-sends after a timeout
  Ref response_class, managed_class, failed_class;
  Ref event;                                    // the EventHook
  Ref user;                                     // null: none
  bool user_has_context = false;                // type(user).context is not User's
  bool request_is_overridden = false;           // get() … go through self.request
  Ref cookies;                                  // the jar
  TrackerObject* cookie_tracker = nullptr;      // null: the jar does not tell its changes
  std::vector<std::pair<Ref, unsigned>> types;  // class and its version tag
  std::vector<std::pair<Ref, unsigned long long>> trackers;
  std::vector<Ref> empty_dicts;  // must stay empty
};

struct CookieCache {
  bool is_valid = false;
  unsigned long long changes = 0;
  const http::Origin* origin = nullptr;
  std::string target;      // empty: holds for every path of the origin
  std::string line;        // "Cookie: …\r\n" or empty
  double valid_until = 0;  // epoch seconds of the first expiry; 0: for ever
};

struct SessionState {
  SessionConfig config;
  http::Client* client = nullptr;  // our own, unless `shared` is set
  Ref shared;                      // a SharedClientObject
  std::size_t connections_per_origin = 10;
  const http::Proxy* proxy = nullptr;
  unsigned forks = 0;
  CookieCache cookie_cache;
  std::string last_target;  // requests' rule: the target is the name; one str per distinct target in a row
  Ref last_target_name;
};

// The C half of FastHttpSession and HttpSession.
struct SessionObject {
  PyObject_HEAD SessionState* state;
  bool uses_requests_rules;  // HttpSession: names, redirects and statuses as requests has them
};

extern PyTypeObject* g_session_type;
extern PyTypeObject* g_tracker_type;

// Makes `self`'s config valid. 0, or -1 with an exception.
int ensure_config(SessionObject* self);
// The data thread's client, opened at first use.
http::Client* session_client(SessionObject* self);

int add_session_type(PyObject* module);

}  // namespace acrida::python
