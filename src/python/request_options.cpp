#include "python/request_options.h"

namespace acrida::python {
namespace {

bool seconds(PyObject* value, base::Duration& out) {
  if (value == Py_None) {
    out = base::Duration{0};
    return true;
  }
  if (!PyFloat_CheckExact(value) && !PyLong_CheckExact(value)) return false;
  const double number = PyFloat_AsDouble(value);
  if (!(number > 0)) return false;
  out = base::from_seconds(number);
  return true;
}

bool read_timeouts(const SessionConfig& config, PyObject* timeout, Pending* op) {
  op->connect_timeout = config.connect_timeout;
  op->idle_timeout = config.idle_timeout;
  if (!timeout || timeout == Py_None) return true;
  if (PyTuple_CheckExact(timeout))
    return PyTuple_GET_SIZE(timeout) == 2 && seconds(PyTuple_GET_ITEM(timeout, 0), op->connect_timeout) &&
           seconds(PyTuple_GET_ITEM(timeout, 1), op->idle_timeout);
  return seconds(timeout, op->connect_timeout) && seconds(timeout, op->idle_timeout);
}

}  // namespace

bool read_options(SessionObject* session, const Call& call, Pending* op) {
  const SessionConfig& config = session->state->config;
  op->tls = config.tls;
  PyObject* verify = call.verify;
  if (verify && verify != Py_None) {
    http::TlsSettings wanted = *config.tls;
    if (PyBool_Check(verify)) {
      wanted.verify = verify == Py_True;
      if (wanted.verify && config.tls->verify) wanted.ca_path = config.tls->ca_path;
    } else if (PyUnicode_CheckExact(verify)) {
      wanted.verify = true;
      wanted.ca_path = utf8(verify);
    } else {
      return false;
    }
    op->tls = http::intern_tls(wanted);
  }
  op->ok_statuses = session->uses_requests_rules ? 0 : 1;
  op->follows_redirects = call.allow_redirects;
  op->stream = call.stream;
  op->keep_encoded = false;
  op->total_timeout = base::Duration{0};
  op->intended_start = base::Instant{};
  return read_timeouts(config, call.timeout, op);
}

}  // namespace acrida::python
