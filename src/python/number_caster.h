#pragma once

#include <nanobind/nanobind.h>

#include <cmath>

#include "stats/python_shard.h"
#include "stats/rounded_buckets.h"

namespace acrida::python {

// The key of a rounded response time: whole, unless somebody's own bucket function says otherwise.
struct BucketKey {
  double ms;
};

}  // namespace acrida::python

namespace nanobind::detail {

// A number as Python people gave it: int stays int, everything else that is a number becomes a float.
template <>
struct type_caster<acrida::stats::Number> {
  NB_TYPE_CASTER(acrida::stats::Number, const_name("float"))

  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    PyObject* object = source.ptr();
    if (PyFloat_Check(object)) {
      value = {PyFloat_AS_DOUBLE(object), false};
      return true;
    }
    if (PyUnicode_Check(object) || PyBytes_Check(object)) return false;
    const bool is_int = PyLong_Check(object);
    const double number = is_int ? PyLong_AsDouble(object) : PyFloat_AsDouble(object);
    if (number == -1.0 && PyErr_Occurred()) {
      PyErr_Clear();
      return false;
    }
    value = {number, is_int};
    return true;
  }

  static handle from_cpp(acrida::stats::Number number, rv_policy, cleanup_list*) noexcept {
    return number.is_int ? PyLong_FromDouble(number.value) : PyFloat_FromDouble(number.value);
  }
};

template <>
struct type_caster<acrida::python::BucketKey> {
  NB_TYPE_CASTER(acrida::python::BucketKey, const_name("int"))

  bool from_python(handle, std::uint8_t, cleanup_list*) noexcept { return false; }
  static handle from_cpp(acrida::python::BucketKey key, rv_policy, cleanup_list*) noexcept {
    return key.ms == std::floor(key.ms) ? PyLong_FromDouble(key.ms) : PyFloat_FromDouble(key.ms);
  }
};

}  // namespace nanobind::detail

namespace acrida::python {

nanobind::dict to_dict(const stats::BucketCounts& buckets);
stats::BucketCounts to_buckets(nanobind::handle mapping);

}  // namespace acrida::python
