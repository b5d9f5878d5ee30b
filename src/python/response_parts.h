#pragma once

#include "python/response.h"
#include "python/session.h"

// What the files of the response's C half share.
namespace acrida::python {

inline ResponseObject* as_response(PyObject* self) { return reinterpret_cast<ResponseObject*>(self); }
inline SessionObject* session_of(const ResponseObject* r) { return reinterpret_cast<SessionObject*>(r->session); }

PyObject* latin1(std::string_view text);
// The URL as sent, a new reference.
PyObject* url_of(ResponseObject* response);
// What the response's own status says: null for a success (or with an exception), else the failure (new reference).
PyObject* own_failure(ResponseObject* response);

// Methods, as Python calls them.
PyObject* response_plain_text(PyObject* self, PyObject*);
PyObject* response_json(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames);
PyObject* response_read_piece(PyObject* self, PyObject*);
PyObject* response_close_stream(PyObject* self, PyObject*);
PyObject* response_success(PyObject* self, PyObject* const* args, Py_ssize_t nargs);
PyObject* response_failure(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames);
PyObject* response_enter(PyObject* self, PyObject*);
PyObject* response_report(PyObject* self, PyObject* none);
PyObject* response_leave(PyObject* self, PyObject* const* args, Py_ssize_t nargs);

// The type of `content`, `status_code` and the like: read from the finished operation on demand.
PyObject* make_lazy_field_type();

}  // namespace acrida::python
