#pragma once

#include <Python.h>

#include <string_view>

#include "python/session.h"

namespace acrida::python {

// One call of client.get(), post() … after its arguments have been told apart. All borrowed.
struct Call {
  PyObject* method = nullptr;    // as the caller wrote it
  std::string_view wire_method;  // upper case
  PyObject* url = nullptr;       // str
  PyObject* name = nullptr;      // null or None: not given
  PyObject* data = nullptr;      // null, None, str, bytes or dict
  PyObject* json = nullptr;      // null or None: not given
  PyObject* headers = nullptr;   // null, None or dict
  PyObject* context = nullptr;   // null: not given
  PyObject* timeout = nullptr;   // HttpSession only: null or None: the session's
  PyObject* verify = nullptr;    // HttpSession only: null or None: the session's
  bool catch_response = false;
  bool allow_redirects = true;
  bool stream = false;
  int max_retries = -1;  // re-sends after a timeout; below 0: the session's
  // Set by Python's general path, which has prepared the request in its own way:
  PyObject* prepared_headers = nullptr;  // list of (name, value): sent as they are, nothing is added but the body's
                                         // length and Host if absent
  PyObject* report_name = nullptr;       // what a request without a name is called
  PyObject* event_url = nullptr;         // the event's url, if it is not the one sent
};

// Performs the call on the fast path: sends, parks, follows redirects, keeps cookies, reports. Returns the response,
// null with an exception, or null without one: this call needs the general path (nothing has been sent).
PyObject* perform(SessionObject* session, const Call& call);

}  // namespace acrida::python
