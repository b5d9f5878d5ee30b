#include "base/ascii.h"
#include "python/json_codec.h"
#include "python/response_parts.h"

namespace acrida::python {
namespace {

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  for (std::size_t at = 0; at + lower.size() <= text.size(); ++at)
    if (wire::equals_ignoring_case(text.substr(at, lower.size()), lower)) return true;
  return false;
}

// Whether the encoding needs no guessing: declared UTF-8, JSON, or plain ASCII.
bool is_plain_utf8(const ResponseObject* r) {
  if (base::is_ascii(r->op->answer.body)) return true;
  const std::string_view type = r->op->answer.find("content-type");
  if (contains_ignoring_case(type, "charset=utf-8") || contains_ignoring_case(type, "charset=\"utf-8")) return true;
  return contains_ignoring_case(type, "json") && !contains_ignoring_case(type, "charset");
}

}  // namespace

// None unless the body can be had as text without knowing more than the headers.
PyObject* response_plain_text(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  if (!r->op || r->op->stream || !is_plain_utf8(r) || r->is_edited) Py_RETURN_NONE;
  const std::string& body = r->op->answer.body;
  return PyUnicode_DecodeUTF8(body.data(), static_cast<Py_ssize_t>(body.size()), "replace");
}

PyObject* response_json(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
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
PyObject* response_read_piece(PyObject* self, PyObject*) {
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

PyObject* response_close_stream(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  r->body_is_read = true;
  if (r->op && r->op->stream && !r->op->stream_ended) {
    Pending* op = new Pending;  // what has come so far stays readable
    op->answer = r->op->answer;
    op->timings = r->op->timings;
    op->head = r->op->head;
    op->origin = r->op->origin;
    op->stream = op->stream_ended = true;
    abandon_stream(service(), std::exchange(r->op, op));
  }
  Py_RETURN_NONE;
}

}  // namespace acrida::python
