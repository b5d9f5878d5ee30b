#include "python/session.h"

#include <algorithm>

#include "python/exchange.h"
#include "python/names.h"
#include "python/response.h"

namespace acrida::python {

PyTypeObject* g_session_type = nullptr;
PyTypeObject* g_tracker_type = nullptr;

namespace {

SessionObject* as_session(PyObject* self) { return reinterpret_cast<SessionObject*>(self); }

// ---- Tracker
// ----------------------------------------------------------------------------------------------------------

PyObject* tracker_touch(PyObject* self, PyObject*) {
  ++reinterpret_cast<TrackerObject*>(self)->changes;
  Py_RETURN_NONE;
}
PyObject* tracker_changes(PyObject* self, void*) {
  return PyLong_FromUnsignedLongLong(reinterpret_cast<TrackerObject*>(self)->changes);
}
PyMethodDef tracker_methods[] = {{"_touch", tracker_touch, METH_NOARGS, "Tells the sessions that this has changed."},
                                 {nullptr, nullptr, 0, nullptr}};
PyGetSetDef tracker_getset[] = {{"_changes", tracker_changes, nullptr, "How often _touch() was called.", nullptr},
                                {nullptr, nullptr, nullptr, nullptr, nullptr}};
PyType_Slot tracker_slots[] = {{Py_tp_methods, tracker_methods},
                               {Py_tp_getset, tracker_getset},
                               {Py_tp_doc, const_cast<char*>("A container whose changes a session notices.")},
                               {0, nullptr}};
PyType_Spec tracker_spec = {"acrida._core.Tracker", sizeof(TrackerObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                            tracker_slots};

// ---- SharedClient ---------------------------------------------------------------------------------------------------

PyObject* shared_new(PyTypeObject* type, PyObject* args, PyObject*) {
  Py_ssize_t connections;
  if (!PyArg_ParseTuple(args, "n", &connections)) return nullptr;
  auto* self = reinterpret_cast<SharedClientObject*>(type->tp_alloc(type, 0));
  if (self) self->connections_per_origin = static_cast<std::size_t>(std::max<Py_ssize_t>(connections, 0));
  return reinterpret_cast<PyObject*>(self);
}

void shared_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  auto* shared = reinterpret_cast<SharedClientObject*>(self);
  if (shared->client && shared->forks == fork_generation()) service().close_client(shared->client);
  type->tp_free(self);
  Py_DECREF(type);
}

PyType_Slot shared_slots[] = {{Py_tp_new, reinterpret_cast<void*>(shared_new)},
                              {Py_tp_dealloc, reinterpret_cast<void*>(shared_dealloc)},
                              {Py_tp_doc, const_cast<char*>("SharedClient(connections_per_host): 0 for no limit.")},
                              {0, nullptr}};
PyType_Spec shared_spec = {"acrida._core.SharedClient", sizeof(SharedClientObject), 0, Py_TPFLAGS_DEFAULT,
                           shared_slots};

// The data thread's client behind `client`, opened at first use and afresh after a fork.
http::Client* opened(http::Client*& client, unsigned& forks, const http::ClientSettings& settings) {
  if (!client || forks != fork_generation()) {
    client = service().open_client(settings);
    forks = fork_generation();
  }
  return client;
}

// ---- life
// -------------------------------------------------------------------------------------------------------------

PyObject* session_new(PyTypeObject* type, PyObject*, PyObject*) {
  auto* self = as_session(type->tp_alloc(type, 0));
  if (self) self->state = new SessionState;
  return reinterpret_cast<PyObject*>(self);
}

void close_client(SessionObject* self) {
  if (self->state->client && self->state->forks == fork_generation()) service().close_client(self->state->client);
  self->state->client = nullptr;
}

int session_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (!as_session(self)->state) return 0;
  const SessionConfig& c = as_session(self)->state->config;
  Py_VISIT(c.user.get());
  Py_VISIT(c.event.get());
  Py_VISIT(c.cookies.get());
  for (const auto& d : c.empty_dicts) Py_VISIT(d.get());
  for (const auto& t : c.trackers) Py_VISIT(t.first.get());
  return 0;
}

int session_clear(PyObject* self) {
  if (as_session(self)->state) as_session(self)->state->config = SessionConfig{};
  return 0;
}

void session_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (as_session(self)->state) {
    close_client(as_session(self));
    delete std::exchange(as_session(self)->state, nullptr);
  }
  type->tp_free(self);
  Py_DECREF(type);
}

int session_setattro(PyObject* self, PyObject* name, PyObject* value) {
  as_session(self)->state->config.is_valid = false;
  return PyObject_GenericSetAttr(self, name, value);
}

// ---- configuration
// ------------------------------------------------------------------------------------------------------

// The tag CPython gives a class and takes away at every change of it or of a base; 0 while it has none.
unsigned version_tag(PyObject* type) { return reinterpret_cast<PyTypeObject*>(type)->tp_version_tag; }

unsigned assigned_version_tag(PyObject* type) {
  if (!version_tag(type)) {
    Ref ignored = Ref::steal(PyObject_GetAttr(type, names::request_));  // any look-up assigns one
    if (!ignored) PyErr_Clear();
  }
  return version_tag(type);
}

bool is_current(const SessionConfig& c) {
  if (!c.is_valid) return false;
  for (const auto& [type, tag] : c.types)
    if (version_tag(type.get()) != tag) return false;
  for (const auto& [tracker, changes] : c.trackers)
    if (reinterpret_cast<TrackerObject*>(tracker.get())->changes != changes) return false;
  for (const auto& dict : c.empty_dicts)
    if (PyDict_Check(dict.get()) ? PyDict_GET_SIZE(dict.get()) != 0
                                 : PyList_Check(dict.get()) && PyList_GET_SIZE(dict.get()) != 0)
      return false;
  return true;
}

base::Duration seconds_or_none(PyObject* value) {
  if (value == Py_None) return base::Duration{0};
  const double seconds = PyFloat_AsDouble(value);
  return base::from_seconds(seconds);
}

bool read_headers(PyObject* items, SessionConfig& c) {
  Ref list = Ref::steal(PySequence_Fast(items, "headers must be a list"));
  if (!list) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
    PyObject *name, *value;
    if (!PyArg_ParseTuple(PySequence_Fast_GET_ITEM(list.get(), i), "UU", &name, &value)) return false;
    const auto n = utf8(name), v = utf8(value);
    if (!n.data() || !v.data()) return false;
    HeaderLine line{std::string(n), std::string(n) + ": " + std::string(v) + "\r\n"};
    for (char& ch : line.lower_name) ch = ch >= 'A' && ch <= 'Z' ? static_cast<char>(ch + 32) : ch;
    if (line.lower_name == "accept-encoding") c.has_accept_encoding = true;
    c.headers.push_back(std::move(line));
  }
  return true;
}

PyObject* item(PyObject* dict, const char* key) {
  PyObject* found = PyDict_GetItemString(dict, key);
  return found ? found : Py_None;
}
Ref object_item(PyObject* dict, const char* key) {
  PyObject* found = item(dict, key);
  return found == Py_None ? Ref() : Ref::borrow(found);
}

bool read_origin(PyObject* described, SessionConfig& c) {
  if (described == Py_None) return true;
  int is_tls, port;
  const char *host, *target, *text;
  Py_ssize_t host_size, target_size, text_size;
  if (!PyArg_ParseTuple(described, "ps#is#s#", &is_tls, &host, &host_size, &port, &target, &target_size, &text,
                        &text_size))
    return false;
  c.origin = http::intern_origin(is_tls, {host, static_cast<std::size_t>(host_size)}, static_cast<std::uint16_t>(port));
  c.base_target.assign(target, static_cast<std::size_t>(target_size));
  c.base_text.assign(text, static_cast<std::size_t>(text_size));
  c.base_is_usable = true;
  return true;
}

bool read_tls(PyObject* described, SessionConfig& c) {
  if (described == Py_None) return true;
  int verify, resume, verify_host = 1;
  const char *ca, *cert, *key, *ciphers = "";
  net::TlsLimits limits;
  unsigned long long options = 0;
  if (!PyArg_ParseTuple(described, "psssp|piisK", &verify, &ca, &cert, &key, &resume, &verify_host,
                        &limits.lowest_version, &limits.highest_version, &ciphers, &options))
    return false;
  limits.ciphers = ciphers;
  limits.options = options;
  http::TlsSettings settings;
  settings.verify = verify;
  settings.ca_path = ca;
  settings.cert_file = cert;
  settings.key_file = key;
  settings.resume_sessions = resume;
  settings.verify_host = verify_host;
  settings.limits = std::move(limits);
  c.tls = http::intern_tls(settings);
  return true;
}

bool read_watched(PyObject* d, SessionConfig& c, PyObject* self) {
  c.types.emplace_back(Ref::borrow(reinterpret_cast<PyObject*>(Py_TYPE(self))), 0u);
  if (PyObject* types = item(d, "types"); types != Py_None)
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(types); ++i)
      c.types.emplace_back(Ref::borrow(PyTuple_GET_ITEM(types, i)), 0u);
  for (auto& [type, tag] : c.types) tag = assigned_version_tag(type.get());
  if (PyObject* trackers = item(d, "trackers"); trackers != Py_None)
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(trackers); ++i) {
      PyObject* tracker = PyTuple_GET_ITEM(trackers, i);
      c.trackers.emplace_back(Ref::borrow(tracker), reinterpret_cast<TrackerObject*>(tracker)->changes);
    }
  if (PyObject* dicts = item(d, "empty"); dicts != Py_None)
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(dicts); ++i)
      c.empty_dicts.push_back(Ref::borrow(PyTuple_GET_ITEM(dicts, i)));
  return true;
}

bool read_config(SessionObject* self, PyObject* d) {
  SessionConfig& c = self->state->config;
  c = SessionConfig{};
  c.is_fast = PyObject_IsTrue(item(d, "is_fast")) > 0;
  c.request_is_overridden = PyObject_IsTrue(item(d, "request_is_overridden")) > 0;
  c.user_has_context = PyObject_IsTrue(item(d, "user_has_context")) > 0;
  c.user = object_item(d, "user");
  c.event = object_item(d, "event");
  c.request_name = object_item(d, "request_name");
  c.response_class = object_item(d, "response_class");
  c.managed_class = object_item(d, "managed_class");
  c.failed_class = object_item(d, "failed_class");
  c.cookies = object_item(d, "cookies");
  if (c.cookies && PyObject_TypeCheck(c.cookies.get(), g_tracker_type))
    c.cookie_tracker = reinterpret_cast<TrackerObject*>(c.cookies.get());
  c.connect_timeout = seconds_or_none(item(d, "connect_timeout"));
  c.idle_timeout = seconds_or_none(item(d, "idle_timeout"));
  if (PyObject* n = item(d, "max_redirects"); n != Py_None) c.max_redirects = static_cast<int>(PyLong_AsLong(n));
  if (PyObject* n = item(d, "max_retries"); n != Py_None) c.max_retries = static_cast<int>(PyLong_AsLong(n));
  if (PyObject* n = item(d, "connections"); n != Py_None) self->state->connections_per_origin = PyLong_AsSize_t(n);
  if (PyObject* p = item(d, "proxy"); p != Py_None) {
    const char *host, *authorization;
    int port;
    if (!PyArg_ParseTuple(p, "sis", &host, &port, &authorization)) return false;
    const http::Origin* at = http::intern_origin(false, host, static_cast<std::uint16_t>(port));
    self->state->proxy = http::intern_proxy({.at = at, .authorization = authorization});
  }
  self->state->shared = object_item(d, "shared_client");
  if (!read_origin(item(d, "origin"), c) || !read_tls(item(d, "tls"), c)) return false;
  if (PyObject* headers = item(d, "headers"); headers != Py_None && !read_headers(headers, c)) return false;
  if (!read_watched(d, c, reinterpret_cast<PyObject*>(self)) || PyErr_Occurred()) return false;
  self->state->cookie_cache.is_valid = false;
  c.is_valid = PyObject_IsTrue(item(d, "is_lasting")) > 0;
  return true;
}

// ---- the verbs
// ------------------------------------------------------------------------------------------------------------

// Sorts a call's arguments into `call`. False: something unusual is among them and the general path must see it all.
bool sort_arguments(SessionObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames, Py_ssize_t first,
                    bool takes_body, Call& call) {
  const Py_ssize_t positional = nargs - first;
  if (positional > (takes_body ? 3 : 1)) return false;
  if (positional > 0) call.url = args[first];
  if (positional > 1) call.data = args[first + 1];
  if (positional > 2) call.json = args[first + 2];
  const Py_ssize_t keywords = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
  for (Py_ssize_t i = 0; i < keywords; ++i) {
    PyObject* key = PyTuple_GET_ITEM(kwnames, i);
    PyObject* value = args[nargs + i];
    if (key == names::name_)
      call.name = value;
    else if (key == names::catch_response_)
      call.catch_response = PyObject_IsTrue(value) > 0;
    else if (key == names::json_ && !call.json)
      call.json = value;
    else if (key == names::data_ && !call.data)
      call.data = value;
    else if (key == names::headers_)
      call.headers = value;
    else if (key == names::allow_redirects_)
      call.allow_redirects = PyObject_IsTrue(value) > 0;
    else if (key == names::context_)
      call.context = value;
    else if (key == names::stream_)
      call.stream = PyObject_IsTrue(value) > 0;
    else if (key == names::url_ && !call.url)
      call.url = value;
    else if (self->uses_requests_rules && key == names::timeout_)
      call.timeout = value;
    else if (self->uses_requests_rules && key == names::verify_)
      call.verify = value;
    else
      return false;
  }
  return call.url != nullptr && PyUnicode_CheckExact(call.url);
}

PyObject* call_with_method(PyObject* self, PyObject* attribute, PyObject* method, PyObject* const* args,
                           Py_ssize_t nargs, PyObject* kwnames, bool redirects) {
  // self.<attribute>(method, *args, **kwargs); requests' head() does not follow redirects unless told to.
  Ref bound = Ref::steal(PyObject_GetAttr(self, attribute));
  Ref positional = Ref::steal(PyTuple_New(nargs + 1));
  Ref keywords = Ref::steal(PyDict_New());
  if (!bound || !positional || !keywords) return nullptr;
  PyTuple_SET_ITEM(positional.get(), 0, Py_NewRef(method));
  for (Py_ssize_t i = 0; i < nargs; ++i) PyTuple_SET_ITEM(positional.get(), i + 1, Py_NewRef(args[i]));
  const Py_ssize_t count = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
  for (Py_ssize_t i = 0; i < count; ++i)
    if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(kwnames, i), args[nargs + i]) < 0) return nullptr;
  if (!redirects && !PyDict_Contains(keywords.get(), names::allow_redirects_))
    if (PyDict_SetItem(keywords.get(), names::allow_redirects_, Py_False) < 0) return nullptr;
  return PyObject_Call(bound.get(), positional.get(), keywords.get());
}

struct Verb {
  const char* text;
  bool takes_body;
  PyObject* method = nullptr;  // interned str
};
Verb g_verbs[] = {{"GET", false}, {"OPTIONS", false}, {"HEAD", false},  {"POST", true},
                  {"PUT", true},  {"PATCH", true},    {"DELETE", false}};

// What get(), post() and so on always pass to request(): those who replace it may look for it.
bool add_defaults(const SessionObject* self, const Verb& verb, bool redirects, PyObject* keywords) {
  const std::string_view method = verb.text;
  const auto add = [keywords](PyObject* name, PyObject* value) { return PyDict_SetItem(keywords, name, value) == 0; };
  const bool is_post = method == "POST";
  if ((self->uses_requests_rules || verb.takes_body) && !add(names::data_, Py_None)) return false;
  if ((self->uses_requests_rules || is_post) && !add(names::json_, Py_None)) return false;
  if (!self->uses_requests_rules) return true;
  if (method != "GET" && method != "OPTIONS" && method != "HEAD") return true;
  return add(names::allow_redirects_, redirects ? Py_True : Py_False);
}

// post(url, data, json): requests passes data and json on by position behind the URL; through `request` they are
// keywords, since its third parameter is the name.
PyObject* through_request(PyObject* self, PyObject* attribute, const Verb& verb, PyObject* const* args,
                          Py_ssize_t nargs, PyObject* kwnames, bool redirects) {
  const bool is_for_people = attribute == names::request_;  // a request() of theirs
  if (nargs < 1 || nargs > (verb.takes_body ? 3 : 1) || (nargs == 1 && !is_for_people))
    return call_with_method(self, attribute, verb.method, args, nargs, kwnames, redirects);
  Ref bound = Ref::steal(PyObject_GetAttr(self, attribute));
  Ref positional = Ref::steal(PyTuple_Pack(2, verb.method, args[0]));
  Ref keywords = Ref::steal(PyDict_New());
  if (!bound || !positional || !keywords) return nullptr;
  if (is_for_people && !add_defaults(as_session(self), verb, redirects, keywords.get())) return nullptr;
  if (nargs > 1 && PyDict_SetItem(keywords.get(), names::data_, args[1]) < 0) return nullptr;
  if (nargs > 2 && PyDict_SetItem(keywords.get(), names::json_, args[2]) < 0) return nullptr;
  const Py_ssize_t count = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
  for (Py_ssize_t i = 0; i < count; ++i)
    if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(kwnames, i), args[nargs + i]) < 0) return nullptr;
  return PyObject_Call(bound.get(), positional.get(), keywords.get());
}

template <int Index>
PyObject* verb(PyObject* object, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  const Verb& v = g_verbs[Index];
  SessionObject* self = as_session(object);
  const bool redirects = Index != 2 || !self->uses_requests_rules;
  if (ensure_config(self) < 0) return nullptr;
  if (self->state->config.request_is_overridden)
    return through_request(object, names::request_, v, args, nargs, kwnames, redirects);
  Call call;
  call.method = v.method;
  call.wire_method = v.text;
  call.allow_redirects = redirects;
  if (self->state->config.is_fast && sort_arguments(self, args, nargs, kwnames, 0, v.takes_body, call)) {
    PyObject* response = perform(self, call);
    if (response || PyErr_Occurred()) return response;
  }
  return through_request(object, names::_general_request_, v, args, nargs, kwnames, redirects);
}

PyObject* request(PyObject* object, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  SessionObject* self = as_session(object);
  if (ensure_config(self) < 0) return nullptr;
  Call call;
  if (self->state->config.is_fast && nargs == 2 && PyUnicode_CheckExact(args[0]) &&
      sort_arguments(self, args, nargs, kwnames, 1, false, call)) {
    char upper[16];
    const std::string_view method = utf8(args[0]);
    if (!method.empty() && method.size() < sizeof upper) {
      bool is_word = true;
      for (std::size_t i = 0; i < method.size(); ++i) {
        upper[i] = method[i] >= 'a' && method[i] <= 'z' ? static_cast<char>(method[i] - 32) : method[i];
        is_word &= upper[i] >= 'A' && upper[i] <= 'Z';
      }
      call.method = args[0];
      call.wire_method = {upper, method.size()};
      if (is_word) {
        PyObject* response = perform(self, call);
        if (response || PyErr_Occurred()) return response;
      }
    }
  }
  Ref bound = Ref::steal(PyObject_GetAttr(object, names::_general_request_));
  return bound ? PyObject_Vectorcall(bound.get(), args, static_cast<std::size_t>(nargs), kwnames) : nullptr;
}

// _perform(method, url, report_name, body, headers, options): the general path's way into C++ with a request that
// Python has prepared. `headers` is a list of (str, str) and complete but for Host and Content-Length.
PyObject* perform_prepared(PyObject* object, PyObject* args, PyObject* kwargs) {
  static const char* keywords[] = {"method",          "wire_method", "url",       "name",        "body",
                                   "headers",         "context",     "timeout",   "verify",      "catch_response",
                                   "allow_redirects", "stream",      "event_url", "max_retries", nullptr};
  Call call;
  const char* wire_method;
  int catches = 0, redirects = 1, streams = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "UsUOOOO|OOpppOi", const_cast<char**>(keywords), &call.method,
                                   &wire_method, &call.url, &call.report_name, &call.data, &call.prepared_headers,
                                   &call.context, &call.timeout, &call.verify, &catches, &redirects, &streams,
                                   &call.event_url, &call.max_retries))
    return nullptr;
  call.wire_method = wire_method;
  call.catch_response = catches;
  call.allow_redirects = redirects;
  call.stream = streams;
  SessionObject* self = as_session(object);
  if (ensure_config(self) < 0) return nullptr;
  PyObject* response = perform(self, call);
  if (!response && !PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "this request cannot be sent from C++");
  return response;
}

PyObject* close_connections(PyObject* object, PyObject*) {
  SessionObject* self = as_session(object);
  if (self->state->client && self->state->forks == fork_generation()) service().close_idle(self->state->client);
  Py_RETURN_NONE;
}

PyObject* invalidate(PyObject* object, PyObject*) {
  as_session(object)->state->config.is_valid = false;
  Py_RETURN_NONE;
}

PyCFunction fast_method(PyObject* (*f)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}
constexpr int kFast = METH_FASTCALL | METH_KEYWORDS;

PyMethodDef methods[] = {
    {"get", fast_method(verb<0>), kFast, "get($self, url, **kwargs)\n--\n\nSends a GET request."},
    {"options", fast_method(verb<1>), kFast, "options($self, url, **kwargs)\n--\n\nSends an OPTIONS request."},
    {"head", fast_method(verb<2>), kFast, "head($self, url, **kwargs)\n--\n\nSends a HEAD request."},
    {"post", fast_method(verb<3>), kFast,
     "post($self, url, data=None, json=None, **kwargs)\n--\n\nSends a POST request."},
    {"put", fast_method(verb<4>), kFast, "put($self, url, data=None, **kwargs)\n--\n\nSends a PUT request."},
    {"patch", fast_method(verb<5>), kFast, "patch($self, url, data=None, **kwargs)\n--\n\nSends a PATCH request."},
    {"delete", fast_method(verb<6>), kFast, "delete($self, url, **kwargs)\n--\n\nSends a DELETE request."},
    {"request", fast_method(request), kFast,
     "request($self, method, url, name=None, *args, **kwargs)\n--\n\nSends a request."},
    {"_perform", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(perform_prepared)),
     METH_VARARGS | METH_KEYWORDS, "Sends a request that Python has prepared."},
    {"_close_connections", close_connections, METH_NOARGS, "Closes the idle connections."},
    {"_invalidate", invalidate, METH_NOARGS, "Makes the next request read the session's settings anew."},
    {nullptr, nullptr, 0, nullptr}};

PyObject* get_rules(PyObject* self, void*) { return PyBool_FromLong(as_session(self)->uses_requests_rules); }
int set_rules(PyObject* self, PyObject* value, void*) {
  as_session(self)->uses_requests_rules = value && PyObject_IsTrue(value) > 0;
  return 0;
}
PyGetSetDef getset[] = {{"_uses_requests_rules", get_rules, set_rules, nullptr, nullptr},
                        {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(session_new)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(session_dealloc)},
                       {Py_tp_traverse, reinterpret_cast<void*>(session_traverse)},
                       {Py_tp_clear, reinterpret_cast<void*>(session_clear)},
                       {Py_tp_setattro, reinterpret_cast<void*>(session_setattro)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getset},
                       {Py_tp_doc, const_cast<char*>("The engine's half of an HTTP session.")},
                       {0, nullptr}};
PyType_Spec spec = {"acrida._core.Session", sizeof(SessionObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

}  // namespace

int ensure_config(SessionObject* self) {
  if (is_current(self->state->config)) return 0;
  Ref described = Ref::steal(PyObject_CallMethodNoArgs(reinterpret_cast<PyObject*>(self), names::_acrida_config_));
  if (!described) return -1;
  return read_config(self, described.get()) ? 0 : -1;
}

http::Client* session_client(SessionObject* self) {
  SessionState& state = *self->state;
  if (state.shared) {
    auto* shared = reinterpret_cast<SharedClientObject*>(state.shared.get());
    return opened(shared->client, shared->forks, {shared->connections_per_origin, state.proxy});
  }
  return opened(state.client, state.forks, {state.connections_per_origin, state.proxy});
}

int add_session_type(PyObject* module) {
  for (Verb& v : g_verbs) v.method = PyUnicode_InternFromString(v.text);
  PyObject* tracker = PyType_FromSpec(&tracker_spec);
  PyObject* shared = PyType_FromSpec(&shared_spec);
  PyObject* type = tracker && shared ? PyType_FromSpec(&spec) : nullptr;
  if (!type || PyModule_AddObject(module, "SharedClient", shared) < 0) return -1;
  g_tracker_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(tracker));
  g_session_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(type));
  return PyModule_AddObject(module, "Tracker", tracker) < 0 ? -1 : PyModule_AddObject(module, "Session", type);
}

}  // namespace acrida::python
