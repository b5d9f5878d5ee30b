#include "python/loop_object.h"

#include <structmember.h>

#include <cstddef>

#include "python/names.h"
#include "python/ref.h"

namespace acrida::python {
namespace {

bool is_loop_method(PyObject* name) {
  return name == names::execute_task_ || name == names::execute_next_task_ || name == names::get_next_task_ ||
         name == names::schedule_task_ || name == names::wait_ || name == names::wait_time_ || name == names::_sleep_;
}

int loop_setattro(PyObject* self, PyObject* name, PyObject* value) {
  if (is_loop_method(name)) as_loop(self)->has_own_methods = true;
  return PyObject_GenericSetAttr(self, name, value);
}

int loop_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_loop(self)->task_queue);
  Py_VISIT(as_loop(self)->state);
  return 0;
}

int loop_clear(PyObject* self) {
  Py_CLEAR(as_loop(self)->task_queue);
  Py_CLEAR(as_loop(self)->state);
  return 0;
}

void loop_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  loop_clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* get_task_queue(PyObject* self, void*) {
  static PyObject* deque = [] {
    Ref module = Ref::steal(PyImport_ImportModule("collections"));
    return module ? PyObject_GetAttrString(module.get(), "deque") : nullptr;
  }();
  PyObject*& queue = as_loop(self)->task_queue;
  if (!queue && deque) queue = PyObject_CallNoArgs(deque);
  return Py_XNewRef(queue);
}

int set_task_queue(PyObject* self, PyObject* value, void*) {
  Py_XSETREF(as_loop(self)->task_queue, Py_XNewRef(value));
  return 0;
}

PyGetSetDef loop_getset[] = {
    {"_task_queue", get_task_queue, set_task_queue, "Tasks that run before the next pick.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyMemberDef loop_members[] = {{"_state", T_OBJECT, offsetof(LoopObject, state), 0, "What the user is doing."},
                              {nullptr, 0, 0, 0, nullptr}};

PyType_Slot loop_slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(loop_dealloc)},
                            {Py_tp_traverse, reinterpret_cast<void*>(loop_traverse)},
                            {Py_tp_clear, reinterpret_cast<void*>(loop_clear)},
                            {Py_tp_getset, loop_getset},
                            {Py_tp_members, loop_members},
                            {Py_tp_setattro, reinterpret_cast<void*>(loop_setattro)},
                            {Py_tp_doc, const_cast<char*>("The engine's half of users and task sets.")},
                            {0, nullptr}};
PyType_Spec loop_spec = {"acrida._core.LoopBase", sizeof(LoopObject), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, loop_slots};

}  // namespace

int add_loop_type(PyObject* module) {
  PyObject* type = PyType_FromSpec(&loop_spec);
  return type ? PyModule_AddObject(module, "LoopBase", type) : -1;
}

}  // namespace acrida::python
