#include "python/names.h"
#include "python/recording.h"
#include "python/response_parts.h"

// catch_response: what the with-block of a response does to its result.
namespace acrida::python {
namespace {

PyObject* locust_error() {
  Ref module = Ref::steal(PyImport_ImportModule("acrida.exception"));
  return module ? PyObject_GetAttrString(module.get(), "LocustError") : nullptr;
}

// Fails with LocustError unless the response may be judged now. `verdict` is how that is written: "success()".
bool may_be_judged(ResponseObject* r, const char* verdict) {
  if (r->entered) return true;
  Ref type = Ref::steal(locust_error());
  if (!type) return false;
  const bool has_requests_words = r->catches || !r->session || session_of(r)->uses_requests_rules;
  if (has_requests_words)
    PyErr_Format(type.get(),
                 "Tried to set status on a request that has not yet been made. Make sure you use a with-block, "
                 "like this:\n\n"
                 "with self.client.request(..., catch_response=True) as response:\n    response.%s",
                 verdict);
  else
    PyErr_SetString(type.get(),
                    "If you want to change the state of the request, you must pass catch_response=True. "
                    "See http://docs.locust.io/en/stable/writing-a-locustfile.html#validating-responses");
  return false;
}

bool is_response_error(PyObject* type) {
  static PyObject* response_error = [] {
    Ref module = Ref::steal(PyImport_ImportModule("acrida.exception"));
    return module ? PyObject_GetAttrString(module.get(), "ResponseError") : nullptr;
  }();
  return response_error && PyErr_GivenExceptionMatches(type, response_error);
}

}  // namespace

// In the words that Python has for a method written in it: they stand in the table of exceptions.
PyObject* response_success(PyObject* self, PyObject* const*, Py_ssize_t nargs) {
  if (nargs != 0) {
    PyErr_Format(PyExc_TypeError, "ResponseContextManager.success() takes 1 positional argument but %zd were given",
                 nargs + 1);
    return nullptr;
  }
  auto* r = as_response(self);
  if (!may_be_judged(r, "success()")) return nullptr;
  Py_XSETREF(r->manual, Py_NewRef(Py_True));
  Py_RETURN_NONE;
}

PyObject* response_failure(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  const bool is_named = kwnames && PyTuple_GET_SIZE(kwnames) == 1 &&
                        PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(kwnames, 0), "exc") == 0;
  if (nargs + (kwnames ? PyTuple_GET_SIZE(kwnames) : 0) != 1 || (kwnames && !is_named)) {
    if (nargs > 1)
      PyErr_Format(PyExc_TypeError, "ResponseContextManager.failure() takes 2 positional arguments but %zd were given",
                   nargs + 1);
    else
      PyErr_SetString(PyExc_TypeError,
                      "ResponseContextManager.failure() missing 1 required positional argument: 'exc'");
    return nullptr;
  }
  PyObject* what = args[0];
  auto* r = as_response(self);
  if (!may_be_judged(r, "failure(...)")) return nullptr;
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

PyObject* response_enter(PyObject* self, PyObject*) {
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

PyObject* own_failure(ResponseObject* r) {
  if (!r->failed) return nullptr;
  if (!r->exception) {
    Ref made = Ref::steal(PyObject_CallMethodOneArg(r->session, names::_make_failure_, reinterpret_cast<PyObject*>(r)));
    if (!made) return nullptr;
    if (made.get() != Py_None) r->exception = made.release();
  }
  return Py_XNewRef(r->exception);
}

PyObject* response_report(PyObject* self, PyObject*) {
  auto* r = as_response(self);
  Ref meta = Ref::borrow(request_meta(r));
  Ref exception = meta ? Ref::steal(PyObject_GetItem(meta.get(), names::exception_)) : Ref();
  if (!exception || report(r, exception.get() == Py_None ? nullptr : exception.get()) < 0) return nullptr;
  Py_RETURN_NONE;
}

// To the function that somebody has put there; what happened he finds in request_meta.
int report_through(ResponseObject* r, PyObject* exception) {
  Ref meta = Ref::borrow(request_meta(r));
  if (!meta || PyObject_SetItem(meta.get(), names::exception_, exception ? exception : Py_None) < 0) return -1;
  Ref reporter = Ref::borrow(r->reporter);
  return Ref::steal(PyObject_CallNoArgs(reporter.get())) ? 0 : -1;
}

PyObject* response_leave(PyObject* self, PyObject* const* args, Py_ssize_t nargs) {
  auto* r = as_response(self);
  const bool raised = nargs == 3 && args[0] != Py_None;
  if (!r->catches) Py_RETURN_FALSE;
  Ref exception;
  PyObject* swallow = Py_False;
  if (r->manual) {
    if (r->manual != Py_True) exception = Ref::borrow(r->manual);
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
  const int reported = r->reporter ? report_through(r, exception.get()) : report(r, exception.get());
  r->entered = false;
  if (reported < 0) return nullptr;
  return Py_NewRef(swallow);
}

}  // namespace acrida::python
