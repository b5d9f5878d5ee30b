#pragma once

#include <Python.h>

#include <string_view>

namespace acrida::python {

// json.loads of UTF-8 text through the standard library's C scanner: same results, half the cost. Null without an
// exception: not handled here (invalid text, or json has been replaced), use json.loads to get the proper error.
PyObject* json_loads(std::string_view utf8_text);

// json.dumps(value) with the standard library's C encoder; `allow_nan` as there. Null without an exception: not
// handled here.
PyObject* json_dumps(PyObject* value, bool allow_nan);

}  // namespace acrida::python
