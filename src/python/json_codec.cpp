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

// The scanner object of the default JSONDecoder; it keeps no state between calls.
PyObject* scanner() {
  static PyObject* scan = [] {
    Ref decoder = Ref::steal(import_attribute("json", "_default_decoder"));
    PyObject* found = decoder ? PyObject_GetAttrString(decoder.get(), "scan_once") : nullptr;
    if (!found) PyErr_Clear();
    return found;
  }();
  return scan;
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

bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

PyObject* json_loads(std::string_view text) {
  PyObject* scan = scanner();
  if (!scan) return nullptr;
  while (!text.empty() && is_json_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_json_space(text.back())) text.remove_suffix(1);
  if (text.empty()) return nullptr;
  Ref str = Ref::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
  Ref zero = Ref::steal(PyLong_FromLong(0));
  PyObject* arguments[2] = {str.get(), zero.get()};
  Ref pair = str ? Ref::steal(PyObject_Vectorcall(scan, arguments, 2, nullptr)) : Ref();
  if (!pair || !PyTuple_Check(pair.get()) || PyTuple_GET_SIZE(pair.get()) != 2) {
    PyErr_Clear();
    return nullptr;
  }
  const Py_ssize_t end = PyLong_AsSsize_t(PyTuple_GET_ITEM(pair.get(), 1));
  if (end != PyUnicode_GET_LENGTH(str.get())) {
    PyErr_Clear();
    return nullptr;
  }
  return Py_NewRef(PyTuple_GET_ITEM(pair.get(), 0));
}

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
