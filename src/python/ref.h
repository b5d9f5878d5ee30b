#pragma once

#include <Python.h>

#include <string_view>
#include <utility>

namespace acrida::python {

// One strong reference to a Python object, or none. The hot path uses it instead of nanobind's handles where it must
// not throw: errors stay where CPython puts them.
class Ref {
 public:
  Ref() = default;
  static Ref steal(PyObject* owned) { return Ref(owned); }
  static Ref borrow(PyObject* borrowed) { return Ref(Py_XNewRef(borrowed)); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref(const Ref& other) : object_(Py_XNewRef(other.object_)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  PyObject* new_ref() const { return Py_XNewRef(object_); }
  explicit operator bool() const { return object_ != nullptr; }
  bool is_none_or_null() const { return !object_ || object_ == Py_None; }

 private:
  explicit Ref(PyObject* owned) : object_(owned) {}
  PyObject* object_ = nullptr;
};

// The UTF-8 bytes of a str, valid while the str lives. data() == nullptr with an exception if it is not one.
inline std::string_view utf8(PyObject* str) {
  Py_ssize_t size;
  const char* data = PyUnicode_AsUTF8AndSize(str, &size);
  return data ? std::string_view(data, static_cast<std::size_t>(size)) : std::string_view();
}

}  // namespace acrida::python
