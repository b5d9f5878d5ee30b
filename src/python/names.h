#pragma once

#include <Python.h>

// Interned Python strings that the hot path compares by address and looks up by. ACRIDA_NAMES lists each once.
// (The formatter does not come to rest here.)
// clang-format off
#define ACRIDA_NAMES(X)                                                                                                \
  X(name)                                                                                                              \
  X(catch_response) X(context) X(json) X(data) X(headers) X(allow_redirects) X(stream) X(timeout) X(verify) X(url)     \
      X(method) X(request) X(error) X(response) X(exception) X(request_type) X(response_time) X(response_length)       \
          X(start_time) X(fire) X(user) X(base_url) X(request_event) X(request_name) X(tasks) X(wait_time) X(on_start) \
              X(on_stop) X(run) X(wait) X(execute_task) X(execute_next_task) X(get_next_task) X(schedule_task)         \
                  X(environment) X(events) X(_handlers) X(_acrida_statistics) X(_core) X(stats) X(_sleep) X(_state)    \
                      X(client) X(cookies) X(_acrida_config) X(_general_request) X(_make_failure) X(_cookie_header)    \
                          X(_store_cookies) X(_general_redirect) X(_taskset_instance) X(request_meta)                  \
                              X(_finish_response) X(explicit_name) X(catch_exceptions) X(user_error) X(min_wait)       \
                                  X(max_wait) X(popleft) X(append) X(encoding) X(_content)
// clang-format on

namespace acrida::python::names {

#define ACRIDA_DECLARE_NAME(n) extern PyObject* n##_;
ACRIDA_NAMES(ACRIDA_DECLARE_NAME)
#undef ACRIDA_DECLARE_NAME

// Interns them; called once when the module is loaded.
void intern_all();

}  // namespace acrida::python::names
