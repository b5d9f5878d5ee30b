#include <cstring>
#include <utility>

#include "python/response_parts.h"

namespace acrida::python {
namespace {

enum class Field { Status, Reason, Content, Elapsed, Url };

PyObject* elapsed_of(const Pending* op) {
  static PyObject* timedelta = [] {
    Ref module = Ref::steal(PyImport_ImportModule("datetime"));
    return module ? PyObject_GetAttrString(module.get(), "timedelta") : nullptr;
  }();
  if (!timedelta) return nullptr;
  const auto& t = op->timings;
  const auto until = t.first_byte_at > t.started_at ? t.first_byte_at : t.ended_at;
  return PyObject_CallFunction(timedelta, "iid", 0, 0, base::to_seconds(until - t.started_at) * 1e6);
}

PyObject* field_value(ResponseObject* r, Field field) {
  switch (field) {
    case Field::Status:
      return PyLong_FromLong(r->op->answer.status);
    case Field::Reason:
      return latin1(r->op->answer.reason());
    case Field::Elapsed:
      return elapsed_of(r->op);
    case Field::Url:
      return url_of(r);
    case Field::Content:
      if (r->op->stream) return PyObject_CallMethod(reinterpret_cast<PyObject*>(r), "_read_stream", nullptr);
      return PyBytes_FromStringAndSize(r->op->answer.body.data(), static_cast<Py_ssize_t>(r->op->answer.body.size()));
  }
  Py_UNREACHABLE();
}

// A non-data descriptor, so that an assigned value in the instance's __dict__ wins.
struct LazyFieldObject {
  PyObject_HEAD Field field;
  bool keeps;      // store the value in the instance: it is an object whose identity matters
  PyObject* name;  // set by __set_name__
};

PyObject* lazy_get(PyObject* self, PyObject* instance, PyObject*) {
  auto* lazy = reinterpret_cast<LazyFieldObject*>(self);
  if (!instance || instance == Py_None) return Py_NewRef(self);
  auto* r = as_response(instance);
  if (!r->op) {
    PyErr_Format(PyExc_AttributeError, "this response has no attribute %R", lazy->name ? lazy->name : Py_None);
    return nullptr;
  }
  PyObject* value = field_value(r, lazy->field);
  if (value && lazy->keeps && lazy->name && PyObject_GenericSetAttr(instance, lazy->name, value) < 0) Py_CLEAR(value);
  return value;
}

PyObject* lazy_new(PyTypeObject* type, PyObject* args, PyObject*) {
  const char* kind;
  if (!PyArg_ParseTuple(args, "s", &kind)) return nullptr;
  static constexpr std::pair<const char*, Field> kinds[] = {{"status", Field::Status},
                                                            {"reason", Field::Reason},
                                                            {"content", Field::Content},
                                                            {"elapsed", Field::Elapsed},
                                                            {"url", Field::Url}};
  for (const auto& [text, field] : kinds) {
    if (std::strcmp(kind, text) != 0) continue;
    auto* self = reinterpret_cast<LazyFieldObject*>(type->tp_alloc(type, 0));
    if (!self) return nullptr;
    self->field = field;
    self->keeps = field == Field::Content || field == Field::Elapsed;
    self->name = nullptr;
    return reinterpret_cast<PyObject*>(self);
  }
  PyErr_Format(PyExc_ValueError, "no lazy field %s", kind);
  return nullptr;
}

PyObject* lazy_set_name(PyObject* self, PyObject* args) {
  PyObject *owner, *name;
  if (!PyArg_ParseTuple(args, "OU", &owner, &name)) return nullptr;
  auto* lazy = reinterpret_cast<LazyFieldObject*>(self);
  PyUnicode_InternInPlace(&name);
  Py_XSETREF(lazy->name, Py_NewRef(name));
  Py_RETURN_NONE;
}

void lazy_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_CLEAR(reinterpret_cast<LazyFieldObject*>(self)->name);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef lazy_methods[] = {{"__set_name__", lazy_set_name, METH_VARARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
PyType_Slot lazy_slots[] = {{Py_tp_new, reinterpret_cast<void*>(lazy_new)},
                            {Py_tp_dealloc, reinterpret_cast<void*>(lazy_dealloc)},
                            {Py_tp_descr_get, reinterpret_cast<void*>(lazy_get)},
                            {Py_tp_methods, lazy_methods},
                            {Py_tp_doc, const_cast<char*>("An attribute of a response, read from C++ on demand.")},
                            {0, nullptr}};
PyType_Spec lazy_spec = {"acrida._core.LazyField", sizeof(LazyFieldObject), 0, Py_TPFLAGS_DEFAULT, lazy_slots};

}  // namespace

PyObject* make_lazy_field_type() { return PyType_FromSpec(&lazy_spec); }

}  // namespace acrida::python
