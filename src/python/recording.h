#pragma once

#include <Python.h>

#include "python/response.h"
#include "stats/request_stats.h"

namespace acrida::python {

// Who listens to a request event.
enum class Audience {
  Nobody,      // no listener: nothing is recorded
  Statistics,  // exactly the statistics of one runner, with the original bucket function
  Python,      // anything else: the event must be fired
};

// Looks at the event's listeners; `*statistics` is set for Audience::Statistics. Never fails.
Audience audience(PyObject* event, stats::RequestStats** statistics);

// Both are str: others are counted by Python's RequestStats, under the very objects that were given.
bool is_plain_name(PyObject* name, PyObject* method);

// The entry for a plain (name, method), created if need be; null with an exception if one is not valid Unicode.
stats::Entry* find_entry(stats::RequestStats& statistics, PyObject* name, PyObject* method);

// Reports a finished request: counts it in C++ where only statistics listen and nobody has touched request_meta,
// fires the event otherwise. `exception` null: success. -1 with an exception that a listener raised on purpose.
int report(ResponseObject* response, PyObject* exception);

// Forget which runner a listener belongs to: an environment's statistics were replaced.
void statistics_changed();

}  // namespace acrida::python
