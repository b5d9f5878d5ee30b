#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Requests and answers as the routes see them; plain values, without sockets.
namespace acrida::web {

struct Header {
  std::string name, value;
};
using Headers = std::vector<Header>;

bool is_named(const Header& header, std::string_view name);  // in any case
// The value of the first header of that name in any case; empty without one.
std::string_view find_header(const Headers& headers, std::string_view name);

struct Request {
  std::string method;  // as sent
  std::string target;  // path and query as sent
  Headers headers;
  std::string body;
  bool has_more_body = false;  // it is long: the rest is had by Exchange::read_more()
  std::string peer;            // address of the client
  bool is_tls = false;

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  // The part of the target before '?', and behind it; not decoded.
  std::string_view path() const;
  std::string_view query() const;
};

struct Answer {
  int status = 200;
  std::string content_type;
  std::string body;
  Headers headers;  // further ones
};

// A request that waits for its answer.
//
// Owner   the handler, until it has answered. Letting go of it without an answer closes the connection.
// Thread  the loop's.
// Fails   never: when the client is gone, what is sent is thrown away and on_gone has been called.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual void answer(Answer answer) = 0;

  // An answer in pieces of unknown number: begin, push as often as needed, end.
  virtual void begin(Answer head) = 0;
  virtual void push(std::string bytes) = 0;
  virtual void end() = 0;
  virtual std::size_t unsent_bytes() const = 0;

  // The next piece of a long body and whether it is the last one. Not again before that was called; never called when
  // the client is gone. An answer before the end closes the connection.
  virtual void read_more(std::function<void(std::string, bool)> on_piece) = 0;

  std::function<void()> on_drained;  // all that was pushed is with the system
  std::function<void()> on_gone;     // the client has left before the end
};

using Handler = std::function<void(Request, std::shared_ptr<Exchange>)>;

}  // namespace acrida::web
