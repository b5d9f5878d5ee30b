#pragma once

#include <Python.h>

#include "python/hub.h"
#include "python/ref.h"

namespace acrida::python {

struct SessionObject;

// The C half of every response: FastResponse and ResponseContextManager inherit from it and find status, head and
// body in the finished operation, which it owns. Attributes are made when they are asked for.
//
// A response without an operation (built by hand, unpickled, or from requests' own path) answers from its
// instance __dict__ alone.
struct ResponseObject {
  PyObject_HEAD Pending* op;  // owned or null
  PyObject* session;          // strong or null: whose rules apply, whose event is fired
  PyObject* method;           // as the caller wrote it
  PyObject* name;             // what it is reported as
  PyObject* url;              // full URL as sent; null: made from the operation
  PyObject* event_url;        // what the event's url is made of, where that is not `url`; else null
  PyObject* context;          // dict or null
  PyObject* exception;        // why it failed; null: not known yet or it did not
  PyObject* meta;             // request_meta once somebody asked for it
  PyObject* manual;           // success(): True; failure(x): the exception; null: neither
  PyObject* reporter;         // called instead of reporting when a with-block ends; null: nobody has put one there
  bool catches;               // catch_response=True
  bool entered;               // inside its with-block
  bool failed;                // does not count as a success by the session's rules
  bool body_is_read;          // streamed answers: no piece is left
  bool is_edited;             // somebody assigned `encoding` or `_content`: the bytes are no longer the whole truth
};

extern PyTypeObject* g_response_type;

// A response of `type` (a subclass of _core.Response) that takes over `op`. Null with an exception on no memory.
ResponseObject* make_response(PyTypeObject* type, Pending* op, SessionObject* session);

// Response time in ms as reported.
double response_time_ms(const ResponseObject* response);
// What is reported as response_length.
long long response_length(const ResponseObject* response);
// The nine keywords of the request event, made at the first call. Borrowed, or null with an exception.
PyObject* request_meta(ResponseObject* response);

int add_response_type(PyObject* module);

}  // namespace acrida::python
