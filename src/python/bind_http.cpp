#include <nanobind/nanobind.h>

#include "python/names.h"
#include "python/recording.h"
#include "python/response.h"
#include "python/session.h"

namespace nb = nanobind;

namespace acrida::python {

void bind_http(nb::module_& m) {
  names::intern_all();
  if (add_response_type(m.ptr()) < 0 || add_session_type(m.ptr()) < 0) nb::raise_python_error();
  m.def("statistics_changed", &statistics_changed, "Call it when an environment's statistics object was replaced.");
}

}  // namespace acrida::python
