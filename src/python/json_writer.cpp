#include "python/json_codec.h"

#include "python/ref.h"

namespace acrida::python {
namespace {

PyObject* import_attribute(const char* module_name, const char* attribute) {
  Ref module = Ref::steal(PyImport_ImportModule(module_name));
  PyObject* found = module ? PyObject_GetAttrString(module.get(), attribute) : nullptr;
  if (!found) PyErr_Clear();
  return found;
}

PyObject* make_encoder(bool allow_nan) {
  Ref make = Ref::steal(import_attribute("json.encoder", "c_make_encoder"));
  Ref encoder = Ref::steal(import_attribute("json", "_default_encoder"));
  Ref text = Ref::steal(import_attribute("json.encoder", "encode_basestring_ascii"));
  if (!make || make.get() == Py_None || !encoder || !text) return nullptr;
  Ref fallback = Ref::steal(PyObject_GetAttrString(encoder.get(), "default"));
  Ref markers = Ref::steal(PyDict_New());
  PyObject* made = fallback && markers
                       ? PyObject_CallFunction(make.get(), "OOOOssOOO", markers.get(), fallback.get(), text.get(),
                                               Py_None, ": ", ", ", Py_False, Py_False, allow_nan ? Py_True : Py_False)
                       : nullptr;
  if (!made) PyErr_Clear();
  return made;
}

}  // namespace

PyObject* json_dumps(PyObject* value, bool allow_nan) {
  static PyObject* encoders[2] = {make_encoder(false), make_encoder(true)};
  PyObject* encoder = encoders[allow_nan];
  if (!encoder) return nullptr;
  Ref zero = Ref::steal(PyLong_FromLong(0));
  PyObject* arguments[2] = {value, zero.get()};
  Ref pieces = Ref::steal(PyObject_Vectorcall(encoder, arguments, 2, nullptr));
  static PyObject* empty = PyUnicode_InternFromString("");
  PyObject* joined = pieces ? PyUnicode_Join(empty, pieces.get()) : nullptr;
  if (!joined) {
    PyErr_Clear();
    encoders[allow_nan] = make_encoder(allow_nan);  // its table of open containers may be left dirty
    Py_DECREF(encoder);
  }
  return joined;
}

}  // namespace acrida::python
