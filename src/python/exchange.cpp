#include "python/exchange.h"

#include <vector>

#include "python/hub.h"
#include "python/names.h"
#include "python/recording.h"
#include "python/request_head.h"
#include "python/request_options.h"
#include "python/response.h"
#include "python/session_cookies.h"
#include "wire/redirect.h"
#include "wire/url.h"

namespace acrida::python {
namespace {

constexpr const char* kSafeToResend[] = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"};

bool is_safe_to_resend(std::string_view method) {
  for (const char* safe : kSafeToResend)
    if (method == safe) return true;
  return false;
}

bool is_redirect(const http::Answer& answer) {
  return wire::is_redirect(answer.status) && answer.has_location && !answer.find("location").empty();
}

bool is_success(bool requests_rules, const http::Answer& answer) {
  if (answer.error) return false;
  const int s = answer.status;
  if (requests_rules) return s < 400;
  return (s >= 200 && s <= 208) || s == 226 || (s >= 301 && s <= 304) || s == 307 || s == 308;
}

// geventhttpclient's users see the status of an answer whose body broke; requests' users see no answer at all.
bool has_no_answer(bool requests_rules, const http::Answer& answer) {
  if (!answer.error) return false;
  return requests_rules || answer.status == 0 ||
         (answer.error.kind != http::ErrorKind::BodyIncomplete &&
          answer.error.kind != http::ErrorKind::MalformedEncoding);
}

// ---- one call

// What is below a parked greenlet on the C stack is copied away and back at every switch: work that is done before or
// after the wait has frames of its own.
#define ACRIDA_OWN_FRAME [[gnu::noinline]]

// One client.get(): its hops, its cookies, its report. Lives on the heap and is used again, so that the stack that is
// copied stays small.
class Exchange {
 public:
  void begin(SessionObject* session, const Call& call) {
    session_ = session;
    call_ = call;
  }
  void end() {
    if (op_) release_operation(std::exchange(op_, nullptr));
    body_ = Body();
    context_ = name_ = history_ = first_url_ = Ref();
    options_ = HeadOptions();
    prior_ = base::Duration{0};
    statistics_ = nullptr;
    hops_ = attempts_ = 0;
    context_is_ready_ = false;
  }

  // As perform().
  PyObject* run();

 private:
  SessionConfig& config() { return session_->state->config; }
  // All int results: 1: done, 0: not handled, -1: exception.
  ACRIDA_OWN_FRAME int start();
  ACRIDA_OWN_FRAME int prepare();
  ACRIDA_OWN_FRAME int on_interrupted(bool kept);
  ACRIDA_OWN_FRAME int after_answer();
  ACRIDA_OWN_FRAME PyObject* finish();
  int exchange();
  bool is_worth_another_attempt();
  int follow();
  PyObject* name_of_request();
  bool add_hop_to_history();

  SessionObject* session_ = nullptr;
  Call call_;
  Pending* op_ = nullptr;
  Body body_;
  Ref context_, name_, history_, first_url_;
  std::string method_;
  Destination to_;
  HeadOptions options_;
  base::Duration prior_{0};
  stats::RequestStats* statistics_ = nullptr;
  int hops_ = 0;
  int attempts_ = 0;  // that timed out and were followed by another
  bool context_is_ready_ = false;
};

// Fills an operation for the next hop.
int Exchange::prepare() {
  Pending* op = op_ = acquire_operation();
  bool closes = false;
  std::string cookies;
  if (!read_options(session_, call_, op)) return PyErr_Occurred() ? -1 : 0;
  const bool brings_cookies = call_.prepared_headers && hops_ == 0;
  if (!brings_cookies && !cookie_line(session_, to_, cookies)) return -1;
  if (!write_head(session_, call_, method_, to_, brings_cookies ? std::string_view() : std::string_view(cookies), body_,
                  options_, op->head, &closes))
    return PyErr_Occurred() ? -1 : 0;
  op->client = session_client(session_);
  op->origin = to_.origin;
  op->is_head = method_ == "HEAD";
  op->is_safe_to_resend = is_safe_to_resend(method_);
  op->close_after = closes;
  op->prior = prior_;
  if (!options_.drops_body) {
    op->body = body_.text.data();
    op->body_size = body_.text.size();
    Py_XSETREF(op->body_owner, body_.owner.new_ref());
  }
  if (!call_.catch_response && statistics_) {
    stats::Entry* entry = find_entry(*statistics_, name_.get(), call_.method);
    if (!entry) return -1;
    op->recorder = entry->data_recorder();
    op->epoch = stats::EpochHold(statistics_->current_epoch());
  }
  return 1;
}

int Exchange::exchange() {
  const int prepared = prepare();
  if (prepared <= 0) return prepared;
  bool kept = false;
  Pending* sent = std::exchange(op_, nullptr);  // not ours while it is under way
  if (submit_and_park(service(), sent, &kept) == 0) {
    op_ = sent;
    return 1;
  }
  if (kept) op_ = sent;
  return on_interrupted(kept);
}

// A timeout is followed by another attempt as long as the user wants one; the time of all of them is the request's.
bool Exchange::is_worth_another_attempt() {
  const http::ErrorKind kind = op_->answer.error.kind;
  const bool timed_out = kind == http::ErrorKind::ConnectTimeout || kind == http::ErrorKind::ReadTimeout;
  const int allowed = call_.max_retries >= 0 ? call_.max_retries : config().max_retries;
  if (!timed_out || attempts_ >= allowed) return false;
  ++attempts_;
  prior_ += op_->timings.ended_at - op_->timings.started_at;
  release_operation(std::exchange(op_, nullptr));
  return true;
}

PyObject* timeout_type() {
  static PyObject* type = [] {
    Ref module = Ref::steal(PyImport_ImportModule("gevent.timeout"));
    PyObject* found = module ? PyObject_GetAttrString(module.get(), "Timeout") : nullptr;
    if (!found) PyErr_Clear();
    return found;
  }();
  return type;
}

// Killed, or a gevent.Timeout. geventhttpclient's users know a Timeout as a failed request.
int Exchange::on_interrupted(bool kept) {
  if (kept) {
    note_unreported(*op_);
    release_operation(std::exchange(op_, nullptr));
  }
  if (session_->uses_requests_rules) return -1;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyObject* timeout = timeout_type();
  if (!timeout || !PyErr_GivenExceptionMatches(type, timeout)) {
    PyErr_Restore(type, value, traceback);
    return -1;
  }
  PyErr_NormalizeException(&type, &value, &traceback);
  Ref seconds_value = Ref::steal(value ? PyObject_GetAttrString(value, "seconds") : nullptr);
  double waited = seconds_value && PyNumber_Check(seconds_value.get()) ? PyFloat_AsDouble(seconds_value.get()) : 0;
  if (PyErr_Occurred()) PyErr_Clear(), waited = 0;
  Ref text = Ref::steal(value ? PyObject_Str(value) : nullptr);
  op_ = acquire_operation();
  op_->origin = to_.origin;
  op_->stream = false;
  op_->head.assign(method_).append(" ").append(to_.target).append(" ");
  op_->answer.clear();
  op_->answer.body.clear();
  op_->answer.error = {http::ErrorKind::Cancelled, 0, std::string(text ? utf8(text.get()) : "timed out")};
  op_->timings = {};
  op_->timings.ended_at = base::now();
  op_->timings.started_at = op_->timings.ended_at - base::from_seconds(waited);
  op_->counted = false;
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
  return 1;
}

bool Exchange::add_hop_to_history() {
  if (!session_->uses_requests_rules) {
    release_operation(std::exchange(op_, nullptr));
    return true;
  }
  if (!history_) history_ = Ref::steal(PyList_New(0));
  auto* type = reinterpret_cast<PyTypeObject*>(config().response_class.get());
  Ref hop = Ref::steal(reinterpret_cast<PyObject*>(make_response(type, std::exchange(op_, nullptr), session_)));
  if (!hop || !history_) return false;
  auto* response = reinterpret_cast<ResponseObject*>(hop.get());
  response->method = Py_XNewRef(call_.method);
  return PyList_Append(history_.get(), hop.get()) == 0;
}

// Turns to where the answer points. 1: another hop is due, 0: this answer is the last, -1: exception.
int Exchange::follow() {
  if (op_->answer.error || !call_.allow_redirects || !is_redirect(op_->answer)) return 0;
  if (hops_ >= config().max_redirects) {
    op_->answer.error = {http::ErrorKind::TooManyRedirects, config().max_redirects, ""};
    return 0;
  }
  const std::string here = absolute_url(*op_->origin, to_.target);
  const std::string there = wire::resolve(here, op_->answer.find("location"));
  const Destination next = split_absolute(there);
  if (!next.is_usable) return 0;
  const auto step = wire::next_request(op_->answer.status, method_);
  options_.drops_authorization |= wire::drops_authorization(*wire::parse_url(here), *wire::parse_url(there));
  options_.drops_body |= !step.keeps_body;
  if (hops_++ == 0) {  // name and url of an event are those of the first request
    first_url_ = Ref::steal(PyUnicode_DecodeUTF8(here.data(), static_cast<Py_ssize_t>(here.size()), "replace"));
    if (!first_url_) return -1;
  }
  prior_ += op_->timings.ended_at - op_->timings.started_at;
  if (!add_hop_to_history()) return -1;
  method_ = step.method;
  to_ = next;
  return 1;
}

PyObject* Exchange::name_of_request() {
  if (!call_.name || call_.name == Py_None || (PyUnicode_Check(call_.name) && PyUnicode_GET_LENGTH(call_.name) == 0)) {
    if (config().request_name) return config().request_name.new_ref();
    if (call_.report_name && call_.report_name != Py_None) return Py_NewRef(call_.report_name);
    if (!session_->uses_requests_rules) return Py_NewRef(call_.url);
    SessionState& state = *session_->state;
    if (!state.last_target_name || state.last_target != to_.target) {
      state.last_target = to_.target;
      state.last_target_name =
          Ref::steal(PyUnicode_DecodeUTF8(to_.target.data(), static_cast<Py_ssize_t>(to_.target.size()), "replace"));
    }
    return state.last_target_name.new_ref();
  }
  return Py_NewRef(call_.name);
}

// {**user.context(), **context}; geventhttpclient's users have theirs asked before the request, requests' after it.
bool make_context(SessionConfig& config, const Call& call, Ref& out) {
  PyObject* given = call.context && call.context != Py_None ? call.context : nullptr;
  if (!config.user_has_context || !config.user) {
    if (given) out = Ref::borrow(given);
    return true;
  }
  Ref base = Ref::steal(PyObject_CallMethodNoArgs(config.user.get(), names::context_));
  Ref merged = base ? Ref::steal(PyDict_New()) : Ref();
  if (!merged || PyDict_Update(merged.get(), base.get()) < 0) return false;
  if (given && PyDict_Update(merged.get(), given) < 0) return false;
  out = std::move(merged);
  return true;
}

int Exchange::start() {
  const std::string_view url = utf8(call_.url);
  if (!url.data()) {
    PyErr_Clear();
    return 0;
  }
  // A fragment is never sent, but shows in the event's url: the general path keeps it.
  if (!call_.prepared_headers && session_->uses_requests_rules && url.find('#') != url.npos) return 0;
  to_ = call_.prepared_headers ? split_absolute(url) : resolve(session_, url);
  if (!to_.is_usable) return 0;
  if (!call_.prepared_headers && session_->uses_requests_rules && to_.origin != config().origin) return 0;
  body_ = make_body(session_, call_);
  if (!body_.is_usable) return 0;
  method_ = call_.wire_method;
  name_ = Ref::steal(name_of_request());
  if (!name_ || !config().response_class || !config().tls) return 0;
  if (!session_->uses_requests_rules) {
    if (!make_context(config(), call_, context_)) return -1;
    context_is_ready_ = true;
  }
  if (config().event && audience(config().event.get(), &statistics_) != Audience::Statistics) statistics_ = nullptr;
  // Asked for after the answer, context() may still end the user or raise: then the request is not counted.
  if (config().user_has_context && !context_is_ready_) statistics_ = nullptr;
  if (!is_plain_name(name_.get(), call_.method)) statistics_ = nullptr;
  return 1;
}

int Exchange::after_answer() {
  // Other greenlets of this user may have changed the session meanwhile.
  if (ensure_config(session_) < 0 || !keep_cookies(session_, *op_, to_.target)) return -1;
  return follow();
}

PyObject* Exchange::run() {
  if (start() <= 0) return nullptr;
  for (;;) {
    const int answered = exchange();
    if (answered == 0 && hops_ > 0) PyErr_SetString(PyExc_ValueError, "the redirected request cannot be sent");
    if (answered <= 0) return nullptr;
    if (is_worth_another_attempt()) {
      if (ensure_config(session_) < 0) return nullptr;
      continue;
    }
    const int goes_on = after_answer();
    if (goes_on < 0) return nullptr;
    if (goes_on == 0) return finish();
  }
}

PyObject* Exchange::finish() {
  SessionConfig& c = config();
  Pending* op = op_;
  const bool failed = !is_success(session_->uses_requests_rules, op->answer);
  PyObject* type = has_no_answer(session_->uses_requests_rules, op->answer) && c.failed_class ? c.failed_class.get()
                   : call_.catch_response                                                     ? c.managed_class.get()
                                                                                              : c.response_class.get();
  const bool counted = op->counted;
  if (!context_is_ready_ && !make_context(c, call_, context_)) return nullptr;
  ResponseObject* r = make_response(reinterpret_cast<PyTypeObject*>(type), std::exchange(op_, nullptr), session_);
  if (!r) return nullptr;
  Ref owner = Ref::steal(reinterpret_cast<PyObject*>(r));
  r->method = Py_NewRef(call_.method);
  r->name = name_.release();
  r->context = context_.release();
  if (call_.event_url && call_.event_url != Py_None)
    r->event_url = Py_NewRef(call_.event_url);
  else if (!session_->uses_requests_rules)
    r->event_url = Py_NewRef(call_.url);
  else
    r->event_url = first_url_.release();
  r->failed = failed;
  r->catches = call_.catch_response;
  if (history_ && PyObject_SetAttrString(owner.get(), "history", history_.get()) < 0) return nullptr;
  if (call_.catch_response || counted) return owner.release();
  Ref reason;
  if (failed) {
    reason = Ref::steal(PyObject_GetAttrString(owner.get(), "_failure"));
    if (!reason) return nullptr;
  }
  if (report(r, reason.is_none_or_null() ? nullptr : reason.get()) < 0) return nullptr;
  return owner.release();
}

}  // namespace

PyObject* perform(SessionObject* session, const Call& call) {
  static auto* const spare = new std::vector<Exchange*>;  // guarded by the GIL
  Exchange* exchange = nullptr;
  if (spare->empty()) {
    exchange = new Exchange;
  } else {
    exchange = spare->back();
    spare->pop_back();
  }
  exchange->begin(session, call);
  PyObject* response = exchange->run();
  exchange->end();
  spare->push_back(exchange);
  return response;
}

}  // namespace acrida::python
