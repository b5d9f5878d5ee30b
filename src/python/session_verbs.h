#pragma once

#include "python/session.h"

namespace acrida::python {

inline SessionObject* as_session(PyObject* self) { return reinterpret_cast<SessionObject*>(self); }

// The methods of a session, ended by an empty one: get(), post() … and what Python's half calls.
extern PyMethodDef session_methods[];
// Interns the names of the verbs; before the first call.
void intern_verbs();

}  // namespace acrida::python
