#include "python/response.h"

#include <cstring>
#include <string>

#include "python/json_codec.h"
#include "python/names.h"
#include "python/recording.h"
#include "python/session.h"

namespace acrida::python {

PyTypeObject* g_response_type = nullptr;

namespace {

ResponseObject* as_response(PyObject* self) { return reinterpret_cast<ResponseObject*>(self); }
SessionObject* session_of(const ResponseObject* r) { return reinterpret_cast<SessionObject*>(r->session); }

// ---- life -----------------------------------------------------------------------------------------------------------

int response_traverse(PyObject* self, visitproc visit, void* arg) {
  auto* r = as_response(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(r->session);
  Py_VISIT(r->context);
  Py_VISIT(r->exception);
  Py_VISIT(r->meta);
  Py_VISIT(r->manual);
  return 0;
}

int response_clear(PyObject* self) {
  auto* r = as_response(self);
  Py_CLEAR(r->session);
  Py_CLEAR(r->context);
  Py_CLEAR(r->exception);
  Py_CLEAR(r->meta);
  Py_CLEAR(r->manual);
  return 0;
}

void let_go(Pending* op) {
  if (op->stream && !op->stream_ended)
    abandon_stream(service(), op);
  else
    release_operation(op);
}

void response_dealloc(PyObject* self) {
  auto* r = as_response(self);
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (r->op) let_go(std::exchange(r->op, nullptr));
  Py_CLEAR(r->method);
  Py_CLEAR(r->name);
  Py_CLEAR(r->url);
  Py_CLEAR(r->event_url);
  response_clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

// ---- values made from the operation ---------------------------------------------------------------------------------

enum class Field { Status, Reason, Content, Elapsed, Url };

PyObject* latin1(std::string_view text) {
  return PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr);
}

// The request line's second word.
std::string_view target_of(const Pending* op) {
  const std::string_view head = op->head;
  const auto from = head.find(' ') + 1;
  return head.substr(from, head.find(' ', from) - from);
}

PyObject* url_of(ResponseObject* r) {
  if (!r->url) {
    if (!r->op || !r->op->origin) Py_RETURN_NONE;
    std::string text = r->op->origin->is_tls ? "https://" : "http://";
    text.append(r->op->origin->authority).append(target_of(r->op));
    r->url = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  }
  return Py_XNewRef(r->url);
}

// What the event calls the URL: for FastHttpSession what the caller wrote behind the base, for HttpSession the first
// URL that was sent.
PyObject* event_url_of(ResponseObject* r) {
  if (!r->event_url) return url_of(r);
  const std::string_view typed = utf8(r->event_url);
  if (!typed.data()) return nullptr;
  const bool is_absolute = typed.size() > 7 && (wire::equals_ignoring_case(typed.substr(0, 7), "http://") ||
                                                wire::equals_ignoring_case(typed.substr(0, 8), "https://"));
  if (is_absolute || !r->session) return Py_NewRef(r->event_url);
  const std::string& base = session_of(r)->state->config.base_text;
  Ref base_text = Ref::steal(PyUnicode_FromStringAndSize(base.data(), static_cast<Py_ssize_t>(base.size())));
  return base_text ? PyUnicode_Concat(base_text.get(), r->event_url) : nullptr;
}

PyObject* elapsed_of(const Pending* op) {
  static PyObject* timedelta = [] {
    Ref module = Ref::steal(PyImport_ImportModule("datetime"));
    return module ? PyObject_GetAttrString(module.get(), "timedelta") : nullptr;
  }();
  if (!timedelta) return nullptr;
  const auto& t = op->timings;
  const auto until = t.first_byte_at > t.started_at ? t.first_byte_at : t.ended_at;
  return PyObject_CallFunction(timedelta, "iid", 0, 0, base::to_seconds(until - t.started_at) * 1e6);
}

PyObject* field_value(ResponseObject* r, Field field) {
  switch (field) {
    case Field::Status:
      return PyLong_FromLong(r->op->answer.status);
    case Field::Reason:
      return latin1(r->op->answer.reason());
    case Field::Elapsed:
      return elapsed_of(r->op);
    case Field::Url:
      return url_of(r);
    case Field::Content:
      if (r->op->stream) return PyObject_CallMethod(reinterpret_cast<PyObject*>(r), "_read_stream", nullptr);
      return PyBytes_FromStringAndSize(r->op->answer.body.data(), static_cast<Py_ssize_t>(r->op->answer.body.size()));
  }
  Py_UNREACHABLE();
}

// ---- LazyField: a non-data descriptor, so that an assigned value in the instance's __dict__ wins
// ------------------------

struct LazyFieldObject {
  PyObject_HEAD Field field;
  bool keeps;      // store the value in the instance: it is an object whose identity matters
  PyObject* name;  // set by __set_name__
};

PyObject* lazy_get(PyObject* self, PyObject* instance, PyObject*) {
  auto* lazy = reinterpret_cast<LazyFieldObject*>(self);
  if (!instance || instance == Py_None) return Py_NewRef(self);
  auto* r = as_response(instance);
  if (!r->op) {
    PyErr_Format(PyExc_AttributeError, "this response has no attribute %R", lazy->name ? lazy->name : Py_None);
    return nullptr;
  }
  PyObject* value = field_value(r, lazy->field);
  if (value && lazy->keeps && lazy->name && PyObject_GenericSetAttr(instance, lazy->name, value) < 0) Py_CLEAR(value);
  return value;
}

PyObject* lazy_new(PyTypeObject* type, PyObject* args, PyObject*) {
  const char* kind;
  if (!PyArg_ParseTuple(args, "s", &kind)) return nullptr;
  static constexpr std::pair<const char*, Field> kinds[] = {{"status", Field::Status},
                                                            {"reason", Field::Reason},
                                                            {"content", Field::Content},
                                                            {"elapsed", Field::Elapsed},
                                                            {"url", Field::Url}};
  for (const auto& [text, field] : kinds) {
    if (std::strcmp(kind, text) != 0) continue;
    auto* self = reinterpret_cast<LazyFieldObject*>(type->tp_alloc(type, 0));
    if (!self) return nullptr;
    self->field = field;
    self->keeps = field == Field::Content || field == Field::Elapsed;
    self->name = nullptr;
    return reinterpret_cast<PyObject*>(self);
  }
  PyErr_Format(PyExc_ValueError, "no lazy field %s", kind);
  return nullptr;
}

PyObject* lazy_set_name(PyObject* self, PyObject* args) {
  PyObject *owner, *name;
  if (!PyArg_ParseTuple(args, "OU", &owner, &name)) return nullptr;
  auto* lazy = reinterpret_cast<LazyFieldObject*>(self);
  PyUnicode_InternInPlace(&name);
  Py_XSETREF(lazy->name, Py_NewRef(name));
  Py_RETURN_NONE;
}

void lazy_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_CLEAR(reinterpret_cast<LazyFieldObject*>(self)->name);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef lazy_methods[] = {{"__set_name__", lazy_set_name, METH_VARARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
PyType_Slot lazy_slots[] = {{Py_tp_new, reinterpret_cast<void*>(lazy_new)},
                            {Py_tp_dealloc, reinterpret_cast<void*>(lazy_dealloc)},
                            {Py_tp_descr_get, reinterpret_cast<void*>(lazy_get)},
                            {Py_tp_methods, lazy_methods},
                            {Py_tp_doc, const_cast<char*>("An attribute of a response, read from C++ on demand.")},
                            {0, nullptr}};
PyType_Spec lazy_spec = {"acrida._core.LazyField", sizeof(LazyFieldObject), 0, Py_TPFLAGS_DEFAULT, lazy_slots};

// ---- members for the Python half
// ------------------------------------------------------------------------------------------

PyObject* header_items(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  PyObject* list = PyList_New(0);
  if (!r->op || !list) return list;
  const auto& answer = r->op->answer;
  for (const auto& field : answer.fields) {
    Ref name = Ref::steal(latin1(answer.name(field))), value = Ref::steal(latin1(answer.value(field)));
    Ref pair = name && value ? Ref::steal(PyTuple_Pack(2, name.get(), value.get())) : Ref();
    if (!pair || PyList_Append(list, pair.get()) < 0) {
      Py_DECREF(list);
      return nullptr;
    }
  }
  return list;
}

PyObject* find_header(PyObject* self, PyObject* lower_name) {
  auto* r = as_response(self);
  const std::string_view name = utf8(lower_name);
  if (!name.data()) return nullptr;
  const std::string_view value = r->op ? r->op->answer.find(name) : std::string_view();
  if (!value.data()) Py_RETURN_NONE;
  return latin1(value);
}

PyObject* json(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames);

// Text when the encoding needs no guessing: declared UTF-8, JSON, or plain ASCII. None: use the general way.
bool is_ascii(std::string_view text) {
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word;
    std::memcpy(&word, text.data(), 8);
    if (word & 0x8080808080808080ull) return false;
  }
  for (const char c : text)
    if (static_cast<unsigned char>(c) & 0x80) return false;
  return true;
}

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  for (std::size_t at = 0; at + lower.size() <= text.size(); ++at)
    if (wire::equals_ignoring_case(text.substr(at, lower.size()), lower)) return true;
  return false;
}

bool is_plain_utf8(const ResponseObject* r) {
  if (is_ascii(r->op->answer.body)) return true;
  const std::string_view type = r->op->answer.find("content-type");
  if (contains_ignoring_case(type, "charset=utf-8") || contains_ignoring_case(type, "charset=\"utf-8")) return true;
  return contains_ignoring_case(type, "json") && !contains_ignoring_case(type, "charset");
}

// None unless the body can be had as text without knowing more than the headers.
PyObject* plain_text(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  if (!r->op || r->op->stream || !is_plain_utf8(r) || r->is_edited) Py_RETURN_NONE;
  const std::string& body = r->op->answer.body;
  return PyUnicode_DecodeUTF8(body.data(), static_cast<Py_ssize_t>(body.size()), "replace");
}

PyObject* json(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  auto* r = as_response(self);
  if (nargs == 0 && !kwnames && r->op && !r->op->stream && !r->op->answer.body.empty() && is_plain_utf8(r) &&
      !r->is_edited) {
    if (PyObject* value = json_loads(r->op->answer.body)) return value;
    if (PyErr_Occurred()) return nullptr;
  }
  Ref general = Ref::steal(PyObject_GetAttrString(self, "_general_json"));
  return general ? PyObject_Vectorcall(general.get(), args, static_cast<std::size_t>(nargs), kwnames) : nullptr;
}

// The next piece of a streamed body; b"" at its end. Raises what the Python method _stream_error makes of an error.
PyObject* read_piece(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  if (!r->op || !r->op->stream) return PyBytes_FromStringAndSize(nullptr, 0);
  Pending* op = r->op;
  if (!r->body_is_read && !op->stream_ended) {
    r->op = nullptr;  // while parked the data thread owns it
    if (park_for_more(service(), op) < 0) return nullptr;
    r->op = op;
    if (op->answer.error) {
      Ref raise = Ref::steal(PyObject_GetAttrString(self, "_stream_error"));
      return raise ? PyObject_CallNoArgs(raise.get()) : nullptr;
    }
    if (!op->answer.body.empty() || !op->stream_ended)
      return PyBytes_FromStringAndSize(op->answer.body.data(), static_cast<Py_ssize_t>(op->answer.body.size()));
  }
  r->body_is_read = true;
  return PyBytes_FromStringAndSize(nullptr, 0);
}

PyObject* close_stream(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  r->body_is_read = true;
  if (r->op && r->op->stream && !r->op->stream_ended) {
    Ref status = Ref::steal(PyObject_GetAttrString(self, "__dict__"));  // values read so far stay readable
    Pending* op = new Pending;
    op->answer = r->op->answer;
    op->timings = r->op->timings;
    op->head = r->op->head;
    op->origin = r->op->origin;
    op->stream = op->stream_ended = true;
    abandon_stream(service(), std::exchange(r->op, op));
  }
  Py_RETURN_NONE;
}

PyObject* adopt(PyObject* self, PyObject* other) {
  // Used when requests' own path made the response: takes over how it is to be reported.
  if (!PyObject_TypeCheck(other, g_session_type)) {
    PyErr_SetString(PyExc_TypeError, "a session is expected");
    return nullptr;
  }
  if (ensure_config(reinterpret_cast<SessionObject*>(other)) < 0) return nullptr;  // report() looks there
  Py_XSETREF(as_response(self)->session, Py_NewRef(other));
  Py_RETURN_NONE;
}

PyObject* success(PyObject* self, PyObject*);
PyObject* failure(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames);
PyObject* enter(PyObject* self, PyObject*);
PyObject* leave(PyObject* self, PyObject* const* args, Py_ssize_t nargs);

PyObject* locust_error() {
  Ref module = Ref::steal(PyImport_ImportModule("acrida.exception"));
  return module ? PyObject_GetAttrString(module.get(), "LocustError") : nullptr;
}

// Fails with LocustError unless the response may be judged now.
bool may_be_judged(ResponseObject* r) {
  if (r->entered) return true;
  Ref type = Ref::steal(locust_error());
  if (!type) return false;
  const bool has_requests_words = r->catches || !r->session || session_of(r)->uses_requests_rules;
  PyErr_SetString(type.get(),
                  has_requests_words
                      ? "Tried to set status on a request that has not yet been made. Make sure you use a with-block, "
                        "like this:\n\n"
                        "with self.client.request(..., catch_response=True) as response:\n    response.success()"
                      : "If you want to change the state of the request, you must pass catch_response=True. "
                        "See http://docs.locust.io/en/stable/writing-a-locustfile.html#validating-responses");
  return false;
}

PyObject* success(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  if (!may_be_judged(r)) return nullptr;
  Py_XSETREF(r->manual, Py_NewRef(Py_True));
  Py_RETURN_NONE;
}

PyObject* failure(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  const bool is_named = kwnames && PyTuple_GET_SIZE(kwnames) == 1 &&
                        PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(kwnames, 0), "exc") == 0;
  if (nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0) != 1 || (kwnames && !is_named)) {
    PyErr_SetString(PyExc_TypeError, "failure() takes exactly one argument: exc, a text or an exception");
    return nullptr;
  }
  PyObject* what = args[0];
  auto* r = as_response(self);
  if (!may_be_judged(r)) return nullptr;
  PyObject* reason;
  if (PyExceptionInstance_Check(what)) {
    reason = Py_NewRef(what);
  } else {
    Ref module = Ref::steal(PyImport_ImportModule("acrida.exception"));
    Ref type = module ? Ref::steal(PyObject_GetAttrString(module.get(), "CatchResponseError")) : Ref();
    reason = type ? PyObject_CallOneArg(type.get(), what) : nullptr;
    if (!reason) return nullptr;
  }
  Py_XSETREF(r->manual, reason);
  Py_RETURN_NONE;
}

PyObject* enter(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  if (r->catches) {
    r->entered = true;
  } else if (r->session && session_of(r)->uses_requests_rules) {
    Ref type = Ref::steal(locust_error());
    if (type)
      PyErr_SetString(type.get(), "In order to use a with-block for requests, you must also pass catch_response=True");
    return nullptr;
  }
  return Py_NewRef(self);
}

// What the response's own status says: null for a success, else the exception (new reference).
PyObject* own_failure(ResponseObject* r) {
  if (!r->failed) return nullptr;
  if (!r->exception) {
    Ref made = Ref::steal(PyObject_CallMethodOneArg(r->session, names::_make_failure_, reinterpret_cast<PyObject*>(r)));
    if (!made) return nullptr;
    if (made.get() != Py_None) r->exception = made.release();
  }
  return Py_XNewRef(r->exception);
}

bool is_response_error(PyObject* type) {
  static PyObject* response_error = [] {
    Ref module = Ref::steal(PyImport_ImportModule("acrida.exception"));
    return module ? PyObject_GetAttrString(module.get(), "ResponseError") : nullptr;
  }();
  return response_error && PyErr_GivenExceptionMatches(type, response_error);
}

PyObject* leave(PyObject* self, PyObject* const* args, Py_ssize_t nargs) {
  auto* r = as_response(self);
  const bool raised = nargs == 3 && args[0] != Py_None;
  if (!r->catches) Py_RETURN_FALSE;
  Ref exception;
  PyObject* swallow = Py_False;
  if (r->manual) {
    if (r->manual != Py_True) exception = Ref::borrow(r->manual);
    if (raised && is_response_error(args[0])) swallow = Py_False;
  } else if (raised) {
    if (!is_response_error(args[0])) {
      r->entered = false;
      Py_RETURN_FALSE;
    }
    exception = Ref::borrow(args[1]);
    swallow = Py_True;
  } else {
    exception = Ref::steal(own_failure(r));
    if (!exception && PyErr_Occurred()) return nullptr;
  }
  const int reported = report(r, exception.get());
  r->entered = false;
  if (reported < 0) return nullptr;
  return Py_NewRef(swallow);
}

PyMethodDef methods[] = {
    {"_header_items", header_items, METH_NOARGS, "The header fields in order: a list of (name, value)."},
    {"_find_header", find_header, METH_O, "The first value of a header (lower-case name) or None."},
    {"_plain_text", plain_text, METH_NOARGS, "The body as str if its encoding needs no guessing, else None."},
    {"_read_piece", read_piece, METH_NOARGS, "The next piece of a streamed body, b'' at the end."},
    {"_close_stream", close_stream, METH_NOARGS, "Gives up the rest of a streamed body."},
    {"_adopt", adopt, METH_O, "Makes the session's rules apply to this response."},
    {"json", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(json)), METH_FASTCALL | METH_KEYWORDS,
     "json($self, **kwargs)\n--\n\nThe body parsed as JSON."},
    {"success", success, METH_NOARGS, "success($self)\n--\n\nCount the request as a success, whatever its status."},
    {"failure", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(failure)), METH_FASTCALL | METH_KEYWORDS,
     "failure($self, exc)\n--\n\nCount the request as a failure for this reason (a text or an exception)."},
    {"__enter__", enter, METH_NOARGS, nullptr},
    {"__exit__", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(leave)), METH_FASTCALL, nullptr},
    {nullptr, nullptr, 0, nullptr}};

PyObject* get_meta(PyObject* self, void*) { return Py_XNewRef(request_meta(as_response(self))); }
int set_meta(PyObject* self, PyObject* value, void*) {
  Py_XSETREF(as_response(self)->meta, Py_XNewRef(value));
  return 0;
}
PyObject* get_method(PyObject* self, void*) {
  return Py_NewRef(as_response(self)->method ? as_response(self)->method : Py_None);
}
PyObject* get_exception(PyObject* self, void*) {
  auto* r = as_response(self);
  if (!r->op || !r->session) return Py_NewRef(r->exception ? r->exception : Py_None);
  PyObject* found = own_failure(r);
  if (!found && PyErr_Occurred()) return nullptr;
  return found ? found : Py_NewRef(Py_None);
}
int set_exception(PyObject* self, PyObject* value, void*) {
  auto* r = as_response(self);
  Py_XSETREF(r->exception, value == Py_None ? nullptr : Py_XNewRef(value));
  r->failed = r->exception != nullptr;
  return 0;
}
PyObject* get_manual(PyObject* self, void*) {
  return Py_NewRef(as_response(self)->manual ? as_response(self)->manual : Py_None);
}
int set_manual(PyObject* self, PyObject* value, void*) {
  Py_XSETREF(as_response(self)->manual, !value || value == Py_None ? nullptr : Py_NewRef(value));
  return 0;
}
PyObject* get_error(PyObject* self, void*) {  // what ExchangeError names, of a failed exchange, or None
  auto* r = as_response(self);
  if (!r->op || !r->op->answer.error) Py_RETURN_NONE;
  const auto& error = r->op->answer.error;
  const auto kind = http::to_text(error.kind);
  const auto& answer = r->op->answer;
  const bool has_length = error.kind == http::ErrorKind::BodyIncomplete && answer.content_length >= error.code;
  const long long body_bytes = has_length ? answer.content_length - error.code : answer.wire_body_bytes;
  return Py_BuildValue("(s#is#s#iLdd)", kind.data(), static_cast<Py_ssize_t>(kind.size()), error.code,
                       error.detail.data(), static_cast<Py_ssize_t>(error.detail.size()), r->op->peer.data(),
                       static_cast<Py_ssize_t>(r->op->peer.size()), answer.status, body_bytes,
                       base::to_seconds(r->op->connect_timeout), base::to_seconds(r->op->idle_timeout));
}
PyObject* get_request_head(PyObject* self, void*) {
  auto* r = as_response(self);
  if (!r->op) Py_RETURN_NONE;
  return latin1(r->op->head);
}
PyObject* get_request_body(PyObject* self, void*) {
  auto* r = as_response(self);
  return Py_NewRef(r->op && r->op->body_owner ? r->op->body_owner : Py_None);
}
PyObject* get_has_operation(PyObject* self, void*) { return PyBool_FromLong(as_response(self)->op != nullptr); }
PyObject* get_is_stream(PyObject* self, void*) {
  return PyBool_FromLong(as_response(self)->op && as_response(self)->op->stream);
}
PyObject* get_http_minor(PyObject* self, void*) {
  return PyLong_FromLong(as_response(self)->op ? as_response(self)->op->answer.http_minor : 1);
}
PyObject* get_sent_url(PyObject* self, void*) { return url_of(as_response(self)); }
PyObject* get_timings(PyObject* self, void*) {  // seconds: lookup, connect, tls, first byte, own delay
  auto* r = as_response(self);
  if (!r->op) Py_RETURN_NONE;
  const auto& t = r->op->timings;
  return Py_BuildValue("{s:d,s:d,s:d,s:d,s:d}", "lookup", base::to_seconds(t.lookup), "connect",
                       base::to_seconds(t.connect), "tls", base::to_seconds(t.tls), "first_byte",
                       t.first_byte_at > t.started_at ? base::to_seconds(t.first_byte_at - t.started_at) : 0.0,
                       "own_delay", base::to_seconds(t.own_delay));
}
int set_flag_catches(PyObject* self, PyObject* value, void*) {
  as_response(self)->catches = value && PyObject_IsTrue(value) > 0;
  return 0;
}
PyObject* get_flag_catches(PyObject* self, void*) { return PyBool_FromLong(as_response(self)->catches); }
int set_entered(PyObject* self, PyObject* value, void*) {
  as_response(self)->entered = value && PyObject_IsTrue(value) > 0;
  return 0;
}
PyObject* get_entered(PyObject* self, void*) { return PyBool_FromLong(as_response(self)->entered); }

PyGetSetDef getset[] = {{"request_meta", get_meta, set_meta, "What will be reported; may be edited.", nullptr},
                        {"_method", get_method, nullptr, nullptr, nullptr},
                        {"_failure", get_exception, set_exception, "Why it counts as failed, or None.", nullptr},
                        {"_manual_result", get_manual, set_manual, nullptr, nullptr},
                        {"_exchange_error", get_error, nullptr, nullptr, nullptr},
                        {"_request_head", get_request_head, nullptr, nullptr, nullptr},
                        {"_request_body", get_request_body, nullptr, nullptr, nullptr},
                        {"_has_operation", get_has_operation, nullptr, nullptr, nullptr},
                        {"_is_stream", get_is_stream, nullptr, nullptr, nullptr},
                        {"_http_minor", get_http_minor, nullptr, nullptr, nullptr},
                        {"_sent_url", get_sent_url, nullptr, nullptr, nullptr},
                        {"timings", get_timings, nullptr, "Parts of the response time, in seconds.", nullptr},
                        {"_catch_response", get_flag_catches, set_flag_catches, nullptr, nullptr},
                        {"_entered", get_entered, set_entered, nullptr, nullptr},
                        {nullptr, nullptr, nullptr, nullptr, nullptr}};

int response_setattro(PyObject* self, PyObject* name, PyObject* value) {
  if (name == names::encoding_ || name == names::_content_) as_response(self)->is_edited = true;
  return PyObject_GenericSetAttr(self, name, value);
}

PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(response_dealloc)},
                       {Py_tp_setattro, reinterpret_cast<void*>(response_setattro)},
                       {Py_tp_traverse, reinterpret_cast<void*>(response_traverse)},
                       {Py_tp_clear, reinterpret_cast<void*>(response_clear)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getset},
                       {Py_tp_doc, const_cast<char*>("The engine's half of a response.")},
                       {0, nullptr}};
PyType_Spec spec = {"acrida._core.Response", sizeof(ResponseObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

}  // namespace

ResponseObject* make_response(PyTypeObject* type, Pending* op, SessionObject* session) {
  auto* r = reinterpret_cast<ResponseObject*>(type->tp_alloc(type, 0));
  if (!r) {
    let_go(op);
    return nullptr;
  }
  r->op = op;
  r->session = Py_NewRef(reinterpret_cast<PyObject*>(session));
  return r;
}

double response_time_ms(const ResponseObject* r) { return r->op ? base::to_ms(r->op->response_time()) : 0.0; }

long long response_length(const ResponseObject* r) {
  if (!r->op || r->op->answer.error) return 0;
  if (r->op->stream) return r->op->answer.content_length > 0 ? r->op->answer.content_length : 0;
  return static_cast<long long>(r->op->answer.body.size());
}

PyObject* request_meta(ResponseObject* r) {
  if (r->meta) return r->meta;
  Ref meta = Ref::steal(PyDict_New());
  if (!meta) return nullptr;
  Ref url = Ref::steal(event_url_of(r));
  Ref time = Ref::steal(PyFloat_FromDouble(response_time_ms(r)));
  Ref length = Ref::steal(PyLong_FromLongLong(response_length(r)));
  const double started_ago = r->op ? base::to_seconds(base::now() - r->op->timings.started_at + r->op->prior) : 0.0;
  Ref start = Ref::steal(PyFloat_FromDouble(base::wall_seconds() - started_ago));
  Ref context = r->context ? Ref::borrow(r->context) : Ref::steal(PyDict_New());
  PyObject* name = r->name ? r->name : url.get();
  PyObject* method = r->method ? r->method : Py_None;
  PyObject* failure = r->exception ? r->exception : Py_None;
  if (!url || !time || !length || !start || !context) return nullptr;
  const std::pair<PyObject*, PyObject*> items[] = {{names::request_type_, method},
                                                   {names::name_, name},
                                                   {names::context_, context.get()},
                                                   {names::response_, reinterpret_cast<PyObject*>(r)},
                                                   {names::exception_, failure},
                                                   {names::start_time_, start.get()},
                                                   {names::url_, url.get()},
                                                   {names::response_time_, time.get()},
                                                   {names::response_length_, length.get()}};
  for (const auto& [key, value] : items)
    if (PyDict_SetItem(meta.get(), key, value) < 0) return nullptr;
  return r->meta = meta.release();
}

int add_response_type(PyObject* module) {
  PyObject* lazy = PyType_FromSpec(&lazy_spec);
  if (!lazy || PyModule_AddObject(module, "LazyField", lazy) < 0) return -1;
  PyObject* type = PyType_FromSpec(&spec);
  if (!type) return -1;
  g_response_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(type));
  return PyModule_AddObject(module, "Response", type);
}

}  // namespace acrida::python
