#include "python/names.h"
#include "python/request_head.h"
#include "python/session.h"

// What a session comes to for the fast path, read from the description that Python gives of it.
namespace acrida::python {
namespace {

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
  c.header_block = join_headers(c.headers);
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

}  // namespace

int ensure_config(SessionObject* self) {
  if (is_current(self->state->config)) return 0;
  Ref described = Ref::steal(PyObject_CallMethodNoArgs(reinterpret_cast<PyObject*>(self), names::_acrida_config_));
  if (!described) return -1;
  return read_config(self, described.get()) ? 0 : -1;
}

}  // namespace acrida::python
