#include "python/session_cookies.h"

#include "python/names.h"

namespace acrida::python {

std::string absolute_url(const http::Origin& origin, std::string_view target) {
  std::string url = origin.is_tls ? "https://" : "http://";
  return url.append(origin.authority).append(target);
}

bool cookie_line(SessionObject* session, const Destination& to, std::string& line) {
  const SessionConfig& c = session->state->config;
  if (!c.cookies) return true;
  CookieCache& cache = session->state->cookie_cache;
  const bool knows = c.cookie_tracker && cache.is_valid && cache.changes == c.cookie_tracker->changes &&
                     cache.origin == to.origin && (cache.target.empty() || cache.target == to.target) &&
                     (cache.valid_until == 0 || base::wall_seconds() < cache.valid_until);
  if (!knows) {
    const std::string url = absolute_url(*to.origin, to.target);
    Ref text = Ref::steal(PyUnicode_FromStringAndSize(url.data(), static_cast<Py_ssize_t>(url.size())));
    Ref made = text ? Ref::steal(PyObject_CallMethodOneArg(reinterpret_cast<PyObject*>(session), names::_cookie_header_,
                                                           text.get()))
                    : Ref();
    const char* value;
    int holds_for_origin;
    double valid_until;
    if (!made || !PyArg_ParseTuple(made.get(), "spd", &value, &holds_for_origin, &valid_until)) return false;
    cache.line = *value ? "Cookie: " + std::string(value) + "\r\n" : std::string();
    cache.origin = to.origin;
    cache.target = holds_for_origin ? std::string() : to.target;
    cache.valid_until = valid_until;
    cache.is_valid = c.cookie_tracker != nullptr;
    cache.changes = c.cookie_tracker ? c.cookie_tracker->changes : 0;
  }
  line = cache.line;
  return true;
}

bool keep_cookies(SessionObject* session, const Pending& op, std::string_view target) {
  if (!op.answer.has_set_cookie || op.answer.error) return true;
  Ref values = Ref::steal(PyList_New(0));
  if (!values) return false;
  for (const auto& field : op.answer.fields) {
    if (!wire::equals_ignoring_case(op.answer.name(field), "set-cookie")) continue;
    const auto text = op.answer.value(field);
    Ref value = Ref::steal(PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
    if (!value || PyList_Append(values.get(), value.get()) < 0) return false;
  }
  const std::string url = absolute_url(*op.origin, target);
  Ref text = Ref::steal(PyUnicode_DecodeUTF8(url.data(), static_cast<Py_ssize_t>(url.size()), "replace"));
  Ref done = text ? Ref::steal(PyObject_CallMethodObjArgs(reinterpret_cast<PyObject*>(session), names::_store_cookies_,
                                                          text.get(), values.get(), nullptr))
                  : Ref();
  return static_cast<bool>(done);
}

}  // namespace acrida::python
