#pragma once

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "web/event_streams.h"
#include "web/guard.h"
#include "web/http_server.h"
#include "web/hub_desk.h"
#include "web/live_stats.h"
#include "web/login_verdicts.h"
#include "web/renderer.h"
#include "web/run_view.h"
#include "web/start_gate.h"

namespace acrida::web {

// What an application of the person's own (Flask) wants to answer itself.
struct Policy {
  bool has_app = false;             // unknown paths go there
  bool all_through_app = false;     // it has hooks or error handlers: every request goes there
  bool has_hooks = false;           // it wants to see also requests for what only we have, before we answer them
  std::set<std::string> endpoints;  // built-in routes that it has replaced
  std::set<std::string> own_paths;  // paths of ours that it has routes for
};

// The web page and its HTTP interface for one run: decides for each request who answers it.
//
// Owner   Python's WebUI, or whoever runs a test. In a forked child, where the loop's thread does not exist, it can
//         neither listen nor be closed or destroyed: see is_ours().
// Thread  any for the public functions; requests are handled on the loop's thread.
// Fails   listen() throws ListenError.
class Site : public std::enable_shared_from_this<Site> {
 public:
  Site(boost::asio::io_context& loop, PageOptions options);
  ~Site();

  RunView& view() { return view_; }
  LiveStats& statistics() { return statistics_; }
  Renderer& renderer() { return renderer_; }
  HubDesk& desk() { return *desk_; }
  StartGate& start_gate() { return start_gate_; }

  // False in a child of the process that made it.
  bool is_ours() const { return process_ == getpid(); }

  // May be called with the GIL given away: looks up names and reads files.
  void listen(const ListenOptions& options, std::vector<std::string> own_names);
  // Ends connections and frees the port. Does nothing in a child.
  void close();
  std::uint16_t port() const { return port_; }
  std::size_t refused_connections() const;
  std::size_t viewers() const { return viewers_.load(std::memory_order_relaxed); }

  void set_policy(Policy policy);
  // Is the run one that a start may begin anew?
  bool is_idle() const;
  // May this change begin? Also for Python's own view of the route. After Go call start_gate().done().
  StartGate::Verdict try_begin_start(std::optional<std::uint64_t> seen);

 private:
  void handle(Request request, std::shared_ptr<Exchange> exchange);
  void route(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange);
  void go_through_app(Request request, std::shared_ptr<Exchange> exchange);
  void check_login(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange);
  void serve(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange);
  void change(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange);
  void show(const RouteRule& rule, const Request& request, Exchange& exchange);
  bool wants_app(const RouteRule& rule) const;
  Policy policy() const;
  void tick();
  void note_history(double now);

  const pid_t process_ = getpid();
  boost::asio::io_context& loop_;
  RunView view_;
  LiveStats statistics_;
  Renderer renderer_;
  std::shared_ptr<HubDesk> desk_;
  StartGate start_gate_;
  EventStreams streams_;
  LoginVerdicts verdicts_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<HttpServer> server_;
  Door door_;
  std::uint16_t port_ = 0;
  double next_history_at_ = 0;
  std::atomic<std::size_t> viewers_{0};
  mutable std::mutex mutex_;  // of policy_
  Policy policy_;
};

}  // namespace acrida::web
