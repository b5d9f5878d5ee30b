#include "python/session_verbs.h"

#include "python/exchange.h"
#include "python/hub.h"
#include "python/names.h"

namespace acrida::python {
namespace {

// Sorts a call's arguments into `call`. False: something unusual is among them and the general path must see it all.
bool sort_arguments(SessionObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames, Py_ssize_t first,
                    Py_ssize_t most, Call& call) {
  const Py_ssize_t positional = nargs - first;
  if (positional > most) return false;
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
  const char* name;
  bool takes_body;
  Py_ssize_t most;             // arguments by position
  PyObject* method = nullptr;  // interned str
};
Verb g_verbs[] = {{"GET", "get", false, 1},      {"OPTIONS", "options", false, 1}, {"HEAD", "head", false, 1},
                  {"POST", "post", true, 3},     {"PUT", "put", true, 2},          {"PATCH", "patch", true, 2},
                  {"DELETE", "delete", false, 1}};

const char* class_name(const SessionObject* self) {
  return self->uses_requests_rules ? "HttpSession" : "FastHttpSession";
}

bool is_given(PyObject* kwnames, PyObject* name) { return kwnames && PySequence_Contains(kwnames, name) > 0; }

bool complain_of_second_value(const SessionObject* self, const char* function, const char* name) {
  PyErr_Format(PyExc_TypeError, "%s.%s() got multiple values for argument '%s'", class_name(self), function, name);
  return false;
}

// Whether the arguments fit the verb; otherwise Python's own complaint about them is set.
bool fits(const SessionObject* self, const Verb& v, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs > v.most) {
    if (v.most == 1)
      PyErr_Format(PyExc_TypeError, "%s.%s() takes 2 positional arguments but %zd were given", class_name(self), v.name,
                   nargs + 1);
    else
      PyErr_Format(PyExc_TypeError, "%s.%s() takes from 2 to %zd positional arguments but %zd were given",
                   class_name(self), v.name, v.most + 1, nargs + 1);
    return false;
  }
  if (nargs == 0 && !is_given(kwnames, names::url_)) {
    PyErr_Format(PyExc_TypeError, "%s.%s() missing 1 required positional argument: 'url'", class_name(self), v.name);
    return false;
  }
  if (nargs > 0 && is_given(kwnames, names::url_)) return complain_of_second_value(self, v.name, "url");
  if (nargs > 1 && is_given(kwnames, names::data_)) return complain_of_second_value(self, v.name, "data");
  if (nargs > 2 && is_given(kwnames, names::json_)) return complain_of_second_value(self, v.name, "json");
  if (is_given(kwnames, names::method_)) return complain_of_second_value(self, "request", "method");
  return true;
}

bool request_fits(const SessionObject* self, Py_ssize_t nargs, PyObject* kwnames) {
  const bool has_method = nargs > 0 || is_given(kwnames, names::method_);
  const bool has_url = nargs > 1 || is_given(kwnames, names::url_);
  if (has_method && has_url) return true;
  if (!has_method && !has_url)
    PyErr_Format(PyExc_TypeError, "%s.request() missing 2 required positional arguments: 'method' and 'url'",
                 class_name(self));
  else
    PyErr_Format(PyExc_TypeError, "%s.request() missing 1 required positional argument: '%s'", class_name(self),
                 has_method ? "url" : "method");
  return false;
}

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
    return !fits(self, v, nargs, kwnames)
               ? nullptr
               : through_request(object, names::request_, v, args, nargs, kwnames, redirects);
  Call call;
  call.method = v.method;
  call.wire_method = v.text;
  call.allow_redirects = redirects;
  if (self->state->config.is_fast && sort_arguments(self, args, nargs, kwnames, 0, v.most, call)) {
    PyObject* response = perform(self, call);
    if (response || PyErr_Occurred()) return response;
  }
  if (!fits(self, v, nargs, kwnames)) return nullptr;
  return through_request(object, names::_general_request_, v, args, nargs, kwnames, redirects);
}

PyObject* request(PyObject* object, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  SessionObject* self = as_session(object);
  if (ensure_config(self) < 0) return nullptr;
  Call call;
  if (self->state->config.is_fast && nargs == 2 && PyUnicode_CheckExact(args[0]) &&
      sort_arguments(self, args, nargs, kwnames, 1, 1, call)) {
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
  if (!request_fits(self, nargs, kwnames)) return nullptr;
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
  if (!response && !PyErr_Occurred())
    PyErr_Format(PyExc_ValueError, "a request cannot be sent to this URL: %R", call.url);
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

}  // namespace

PyMethodDef session_methods[] = {
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

void intern_verbs() {
  for (Verb& v : g_verbs) v.method = PyUnicode_InternFromString(v.text);
}

}  // namespace acrida::python
