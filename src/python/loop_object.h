#pragma once

#include <Python.h>

namespace acrida::python {

// The engine's half of users and task sets, acrida._core.LoopBase: what the loop reads before and after every task,
// and whether somebody has assigned a method of the loop to this instance.
struct LoopObject {
  PyObject_HEAD PyObject* task_queue;  // a deque, made when somebody schedules a task or looks at it
  PyObject* state;                     // a user's _state; null: None
  bool has_own_methods;
};

inline LoopObject* as_loop(PyObject* self) { return reinterpret_cast<LoopObject*>(self); }

// 0, or -1 with an exception.
int add_loop_type(PyObject* module);

}  // namespace acrida::python
