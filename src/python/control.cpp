#include "python/control.h"

#include <nanobind/nanobind.h>

#include "app/control_thread.h"

namespace nb = nanobind;

namespace acrida::python {

boost::asio::io_context& control_loop() {
  static bool is_registered = false;  // guarded by the GIL
  if (!is_registered) {
    is_registered = true;
    nb::module_::import_("atexit").attr("register")(nb::module_::import_("acrida._core").attr("stop_control_thread"));
  }
  return app::control_thread().loop();
}

void bind_control(nb::module_& m) {
  m.def(
      "stop_control_thread",
      [] {
        nb::gil_scoped_release unlocked;
        app::stop_control_thread();
      },
      "Joins the control thread if it runs; called once at exit.");
}

}  // namespace acrida::python
