#include <nanobind/nanobind.h>

namespace nb = nanobind;

namespace acrida::python {
void bind_stats(nb::module_& m);
void bind_load(nb::module_& m);
void bind_hub(nb::module_& m);
void bind_http(nb::module_& m);
void bind_users(nb::module_& m);
void bind_control(nb::module_& m);
void bind_cluster(nb::module_& m);
void bind_web(nb::module_& m);
void bind_messages(nb::module_& m);
void bind_native(nb::module_& m);
}  // namespace acrida::python

NB_MODULE(_core, m) {
  // Statistics and classes live until the process ends; Python does not collect what modules refer to by then.
  nb::set_leak_warnings(false);
  m.doc() = "The C++ engine of acrida. Not a public interface: import from acrida instead.";
  acrida::python::bind_stats(m);
  acrida::python::bind_load(m);
  acrida::python::bind_hub(m);
  acrida::python::bind_http(m);
  acrida::python::bind_users(m);
  acrida::python::bind_control(m);
  acrida::python::bind_cluster(m);
  acrida::python::bind_web(m);
  acrida::python::bind_messages(m);
  acrida::python::bind_native(m);
}
