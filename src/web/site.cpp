#include "web/site.h"

#include <fmt/core.h>

#include <boost/asio/dispatch.hpp>
#include <cmath>
#include <future>
#include <utility>

#include "base/time.h"
#include "web/answers.h"
#include "wire/form.h"

namespace acrida::web {

namespace {

using Kind = HubMessage::Kind;
using Part = RunView::Part;

// What must be fresh before the route can be shown; nothing for what does not depend on Python.
unsigned parts_for(Route route) {
  switch (route) {
    case Route::Index:
      return bit(Part::Status) | bit(Part::Page) | bit(Part::Settings);
    case Route::Requests:
    case Route::RequestsCsv:
    case Route::FailuresCsv:
    case Route::FullHistoryCsv:
      return bit(Part::Status) | bit(Part::Settings);
    case Route::Report:
      return bit(Part::Status) | bit(Part::Settings) | bit(Part::Exceptions) | bit(Part::Tasks);
    case Route::Exceptions:
    case Route::ExceptionsCsv:
      return bit(Part::Status) | bit(Part::Exceptions);
    case Route::Tasks:
      return bit(Part::Tasks);
    case Route::Logs:
      return bit(Part::WorkerLogs);
    case Route::Events:
      return bit(Part::Status) | bit(Part::Settings) | bit(Part::Exceptions) | bit(Part::WorkerLogs);
    case Route::Swarm:
    case Route::WorkerCount:
    case Route::Metrics:
    case Route::Health:
      return bit(Part::Status);
    default:
      return 0;
  }
}

const Answer& not_found() {
  static const Answer answer = error_page(404, "Not Found", "There is nothing at this address.");
  return answer;
}

// The page holds what a person typed into its form, secrets too: that is for nobody else's page.
bool is_for_other_sites(const RouteRule& rule) {
  return !rule.is_change && rule.route != Route::Index && rule.route != Route::LastForm;
}

void allow_reading(const RouteRule& rule, Answer& answer) {
  if (is_for_other_sites(rule)) answer.headers.push_back({"Access-Control-Allow-Origin", "*"});
}

Answer options_answer(const RouteRule& rule, const Request& request) {
  Answer answer{200, "text/html; charset=utf-8", {}, {{"Allow", allowed_methods(rule)}}};
  allow_reading(rule, answer);
  if (is_for_other_sites(rule)) answer.headers.push_back({"Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"});
  // Dashboards may send headers of their own; they change nothing here.
  const std::string wanted(request.header("Access-Control-Request-Headers"));
  if (is_for_other_sites(rule) && !wanted.empty()) {
    answer.headers.push_back({"Access-Control-Allow-Headers", wanted});
    answer.headers.push_back({"Vary", "Access-Control-Request-Headers"});
  }
  return answer;
}

Answer wrong_method(const RouteRule& rule) {
  Answer answer = error_page(405, "Method Not Allowed", "The method is not allowed for the requested URL.");
  answer.headers.push_back({"Allow", allowed_methods(rule)});
  return answer;
}

const char* words(StartGate::Verdict verdict) {
  return verdict == StartGate::Verdict::AnotherIsStarting
             ? "Another start is being carried out: look at its result, then try again."
             : "Somebody else has started a test meanwhile: look at it, then try again.";
}

}  // namespace

Site::Site(boost::asio::io_context& loop, PageOptions options)
    : loop_(loop),
      renderer_(std::move(options), view_, statistics_),
      desk_(std::make_shared<HubDesk>(loop)),
      streams_(view_, statistics_),
      timer_(loop) {}

Site::~Site() = default;

void Site::listen(const ListenOptions& options, std::vector<std::string> own_names) {
  if (!is_ours())
    throw ListenError("This page belongs to the process that this one was forked from: make an Environment here.");
  auto server = std::make_unique<HttpServer>(
      loop_, options, [weak = weak_from_this()](Request request, std::shared_ptr<Exchange> exchange) {
        if (const auto self = weak.lock()) self->handle(std::move(request), std::move(exchange));
      });
  door_ = {server->is_loopback_only(), std::move(own_names)};
  port_ = server->port();
  server_ = std::move(server);
  boost::asio::dispatch(loop_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->tick();
  });
}

void Site::close() {
  if (!is_ours()) return;
  auto done = std::make_shared<std::promise<void>>();
  boost::asio::dispatch(loop_, [self = shared_from_this(), done] {
    self->timer_.cancel();
    self->streams_.close();
    self->desk_->close();
    done->set_value();
  });
  const std::future<void> is_done = done->get_future();
  while (!loop_.stopped() && is_done.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
  }
  server_.reset();  // only now, so that streams have been ended in order
}

std::size_t Site::refused_connections() const { return server_ ? server_->refused_connections() : 0; }

void Site::set_policy(Policy policy) {
  std::lock_guard lock(mutex_);
  policy_ = std::move(policy);
}

Policy Site::policy() const {
  std::lock_guard lock(mutex_);
  return policy_;
}

bool Site::is_idle() const {
  const auto state = value_or<std::string>(*view_.get(Part::Status), "state", "missing");
  return state == "ready" || state == "stopped";
}

StartGate::Verdict Site::try_begin_start(std::optional<std::uint64_t> seen) {
  return start_gate_.try_begin(is_idle(), seen, seen ? statistics_.picture().test : 0);
}

// ---- requests

void Site::handle(Request request, std::shared_ptr<Exchange> exchange) {
  if (!is_host_welcome(request.header("Host"), door_))
    return exchange->answer(error_page(403, "Forbidden",
                                       "This page is only served to this machine, under the names localhost and "
                                       "127.0.0.1. Use one of them, or give the name with --web-host."));
  // Scripts that join an address ending in a slash and a route ask for //stats/requests.
  const std::string path = merged_slashes(wire::percent_decoded(request.path(), false));
  const std::string& base = renderer_.options().base_path;
  const auto below = below_base(path, base);
  if (below && below->empty())
    return exchange->answer(redirect(308, base + "/" + request.target.substr(request.path().size())));
  const RouteRule* rule = below ? find_rule(*below) : nullptr;
  if (!rule) {
    // What the application knows may have changed a moment ago.
    auto then = [this, request = std::move(request), exchange]() mutable {
      if (policy().has_app) return go_through_app(std::move(request), std::move(exchange));
      exchange->answer(not_found());
    };
    return desk_->refresh(0, std::move(then));
  }
  if (!is_allowed(*rule, request.method)) return exchange->answer(wrong_method(*rule));
  if (rule->is_change && request.method != "OPTIONS" && comes_from_another_site(request))
    return exchange->answer(refusal(403,
                                    "Refused: another site's page sent this. Changes are only taken from the page "
                                    "of this server, and from programs."));
  // A form has no reason to be larger; only a person's own routes may take more.
  if (request.has_more_body && (rule->is_change || !wants_app(*rule)))
    return exchange->answer(refusal(413, "The body of the request is too large."));
  const unsigned parts = request.method == "OPTIONS" ? 0 : parts_for(rule->route);
  if (rule->route == Route::Asset && !policy().all_through_app)
    return route(*rule, std::move(request), std::move(exchange));
  desk_->refresh(parts, [this, rule, request = std::move(request), exchange = std::move(exchange)]() mutable {
    route(*rule, std::move(request), std::move(exchange));
  });
}

bool Site::wants_app(const RouteRule& rule) const {
  const Policy now = policy();
  if (rule.endpoint.empty()) return now.own_paths.contains(std::string(rule.path));
  return now.all_through_app || now.endpoints.contains(std::string(rule.endpoint));
}

void Site::route(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange) {
  if (wants_app(rule) || (rule.route == Route::Login && renderer_.options().has_login))
    return go_through_app(std::move(request), std::move(exchange));
  if (request.method == "OPTIONS") return exchange->answer(options_answer(rule, request));
  const bool must_be_checked = rule.needs_login && (renderer_.options().has_login || policy().has_hooks);
  if (must_be_checked) return check_login(rule, std::move(request), std::move(exchange));
  serve(rule, std::move(request), std::move(exchange));
}

void Site::go_through_app(Request request, std::shared_ptr<Exchange> exchange) {
  desk_->hand_over(Kind::Wsgi, Route::Index, std::move(request), {}, std::move(exchange));
}

void Site::check_login(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange) {
  const std::string key = LoginVerdicts::key_of(request);
  if (verdicts_.is_known(key, base::now())) return serve(rule, std::move(request), std::move(exchange));
  Request shown = request;
  shown.body.clear();
  auto on_allowed = [this, &rule, key, request = std::move(request), exchange]() mutable {
    verdicts_.remember(key, base::now());
    serve(rule, std::move(request), std::move(exchange));
  };
  // Both hold the exchange; one of them lets go of it when the verdict is there.
  auto shared = std::make_shared<decltype(on_allowed)>(std::move(on_allowed));
  desk_->hand_over(Kind::Gate, rule.route, std::move(shown), {}, std::move(exchange), [shared] { (*shared)(); });
}

void Site::serve(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange) {
  if (rule.is_change) return change(rule, std::move(request), std::move(exchange));
  if (rule.route == Route::Events && request.method == "GET") {
    streams_.add(std::move(exchange), base::wall_seconds(), desk_->lag_seconds(base::now()));
    viewers_ = streams_.size();
    return;
  }
  show(rule, request, *exchange);
}

void Site::change(const RouteRule& rule, Request request, std::shared_ptr<Exchange> exchange) {
  if (request.method == "HEAD") return exchange->answer(text_answer(""));  // asks, and changes nothing
  wire::Fields fields;
  if (rule.route == Route::Swarm) {
    auto form = wire::parse_form(request.header("Content-Type"), request.body);
    if (!form) return exchange->answer(refusal(400, form.error()));
    fields = std::move(*form);
    std::optional<std::uint64_t> seen;
    if (const auto number = wire::find_field(fields, "acrida_run"); !number.empty())
      seen = std::strtoull(std::string(number).c_str(), nullptr, 10);
    const StartGate::Verdict verdict = try_begin_start(seen);
    if (verdict != StartGate::Verdict::Go) {
      Json json = {{"success", false}, {"message", words(verdict)}};
      json["host"] = member_or_null(*view_.get(Part::Status), "override_host");
      return exchange->answer(json_answer(json, 409));
    }
  }
  desk_->hand_over(Kind::Change, rule.route, std::move(request), std::move(fields), std::move(exchange));
}

void Site::show(const RouteRule& rule, const Request& request, Exchange& exchange) {
  renderer_.set_hub_lag(desk_->lag_seconds(base::now()));
  Answer answer = renderer_.render(rule, request);
  allow_reading(rule, answer);
  exchange.answer(std::move(answer));
}

// ---- once a second

void Site::tick() {
  const double now = base::wall_seconds();
  const SharedJson settings = view_.get(Part::Settings);
  statistics_.tick(now, value_or(*settings, "window_seconds", std::int64_t{10}), Percentiles::of(*settings).chart);
  note_history(now);
  streams_.tick(now, desk_->lag_seconds(base::now()));
  viewers_ = streams_.size();
  // For the next tick: whoever watches sees states that are at most a second old.
  if (streams_.size() > 0)
    desk_->ask_for(parts_for(Route::Events));
  else if (now + 1.1 > next_history_at_)
    desk_->ask_for(bit(Part::Status) | bit(Part::Settings));
  timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(1.002 - std::fmod(now, 1.0))));
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!error && self) self->tick();
  });
}

void Site::note_history(double now) {
  if (now < next_history_at_) return;
  const SharedJson settings = view_.get(Part::Settings);
  next_history_at_ = now + std::max(value_or(*settings, "history_seconds", 5.0), 0.5);
  if (is_idle()) return;
  statistics_.add_to_history(statistics_.point(Percentiles::of(*settings).chart, now,
                                               value_or(*view_.get(Part::Status), "user_count", std::int64_t{0})));
}

}  // namespace acrida::web
