#include "python/response.h"

#include <string>

#include "python/names.h"
#include "python/response_parts.h"

namespace acrida::python {

PyTypeObject* g_response_type = nullptr;

namespace {

// The request line's second word.
std::string_view target_of(const Pending* op) {
  const std::string_view head = op->head;
  const auto from = head.find(' ') + 1;
  return head.substr(from, head.find(' ', from) - from);
}

}  // namespace

PyObject* latin1(std::string_view text) {
  return PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr);
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

namespace {

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

// ---- life -----------------------------------------------------------------------------------------------------------

int response_traverse(PyObject* self, visitproc visit, void* arg) {
  auto* r = as_response(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(r->session);
  Py_VISIT(r->context);
  Py_VISIT(r->exception);
  Py_VISIT(r->meta);
  Py_VISIT(r->manual);
  Py_VISIT(r->reporter);
  return 0;
}

int response_clear(PyObject* self) {
  auto* r = as_response(self);
  Py_CLEAR(r->session);
  Py_CLEAR(r->context);
  Py_CLEAR(r->exception);
  Py_CLEAR(r->meta);
  Py_CLEAR(r->manual);
  Py_CLEAR(r->reporter);
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

// ---- members for the Python half ------------------------------------------------------------------------------------

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

PyMethodDef methods[] = {
    {"_header_items", header_items, METH_NOARGS, "The header fields in order: a list of (name, value)."},
    {"_find_header", find_header, METH_O, "The first value of a header (lower-case name) or None."},
    {"_plain_text", response_plain_text, METH_NOARGS, "The body as str if its encoding needs no guessing, else None."},
    {"_read_piece", response_read_piece, METH_NOARGS, "The next piece of a streamed body, b'' at the end."},
    {"_close_stream", response_close_stream, METH_NOARGS, "Gives up the rest of a streamed body."},
    {"_adopt", adopt, METH_O, "Makes the session's rules apply to this response."},
    {"json", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(response_json)), METH_FASTCALL | METH_KEYWORDS,
     "json($self, **kwargs)\n--\n\nThe body parsed as JSON."},
    {"success", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(response_success)), METH_FASTCALL,
     "success($self)\n--\n\nCount the request as a success, whatever its status."},
    {"failure", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(response_failure)),
     METH_FASTCALL | METH_KEYWORDS,
     "failure($self, exc)\n--\n\nCount the request as a failure for this reason (a text or an exception)."},
    {"__enter__", response_enter, METH_NOARGS, nullptr},
    {"__exit__", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(response_leave)), METH_FASTCALL, nullptr},
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
PyObject* get_session(PyObject* self, void*) {
  return Py_NewRef(as_response(self)->session ? as_response(self)->session : Py_None);
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

PyMethodDef report_def = {"_report_request", response_report, METH_NOARGS, "Reports the request as it was judged."};
PyObject* get_reporter(PyObject* self, void*) {
  PyObject* reporter = as_response(self)->reporter;
  return reporter ? Py_NewRef(reporter) : PyCFunction_New(&report_def, self);
}
int set_reporter(PyObject* self, PyObject* value, void*) {
  Py_XSETREF(as_response(self)->reporter, Py_XNewRef(value));
  return 0;
}

PyGetSetDef getset[] = {{"request_meta", get_meta, set_meta, "What will be reported; may be edited.", nullptr},
                        {"_session", get_session, nullptr, nullptr, nullptr},
                        {"_method", get_method, nullptr, nullptr, nullptr},
                        {"_failure", get_exception, set_exception, "Why it counts as failed, or None.", nullptr},
                        {"_manual_result", get_manual, set_manual, nullptr, nullptr},
                        {"_report_request", get_reporter, set_reporter,
                         "Plugins that report by themselves assign a function of their own.", nullptr},
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

// The verdict once there is one; FastHttpUser's responses know before why they would be failures.
PyObject* meta_exception(ResponseObject* r) {
  if (r->catches && !r->entered && r->manual) return Py_NewRef(r->manual == Py_True ? Py_None : r->manual);
  if (r->op && r->session && !session_of(r)->uses_requests_rules) {
    PyObject* failure = own_failure(r);
    if (failure || PyErr_Occurred()) return failure;
  }
  return Py_NewRef(r->exception ? r->exception : Py_None);
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
  Ref failure = Ref::steal(meta_exception(r));
  if (!failure) return nullptr;
  if (!url || !time || !length || !start || !context) return nullptr;
  const std::pair<PyObject*, PyObject*> items[] = {{names::request_type_, method},
                                                   {names::name_, name},
                                                   {names::context_, context.get()},
                                                   {names::response_, reinterpret_cast<PyObject*>(r)},
                                                   {names::exception_, failure.get()},
                                                   {names::start_time_, start.get()},
                                                   {names::url_, url.get()},
                                                   {names::response_time_, time.get()},
                                                   {names::response_length_, length.get()}};
  for (const auto& [key, value] : items)
    if (PyDict_SetItem(meta.get(), key, value) < 0) return nullptr;
  return r->meta = meta.release();
}

int add_response_type(PyObject* module) {
  PyObject* lazy = make_lazy_field_type();
  if (!lazy || PyModule_AddObject(module, "LazyField", lazy) < 0) return -1;
  PyObject* type = PyType_FromSpec(&spec);
  if (!type) return -1;
  g_response_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(type));
  return PyModule_AddObject(module, "Response", type);
}

}  // namespace acrida::python
