#include <nanobind/nanobind.h>
#include <pthread.h>

#include <atomic>

#include "app/data_thread.h"
#include "http/outcome.h"
#include "python/hub.h"

namespace nb = nanobind;

namespace acrida::python {
namespace {

std::atomic<unsigned> g_forks{0};
bool g_shut_down = false;
bool g_service_started = false;
std::uint64_t g_uncounted_answers = 0;

}  // namespace

unsigned fork_generation() { return g_forks.load(std::memory_order_relaxed); }

namespace {

// The data thread is joined before the interpreter takes its modules apart.
void stop_at_exit() {
  PyObject* core = PyImport_ImportModule("acrida._core");
  PyObject* stop = core ? PyObject_GetAttrString(core, "stop_data_thread") : nullptr;
  PyObject* atexit = stop ? PyImport_ImportModule("atexit") : nullptr;
  PyObject* done = atexit ? PyObject_CallMethod(atexit, "register", "O", stop) : nullptr;
  if (!done) PyErr_Clear();
  Py_XDECREF(done);
  Py_XDECREF(atexit);
  Py_XDECREF(stop);
  Py_XDECREF(core);
}

}  // namespace

bool is_shut_down() { return g_shut_down; }

http::Service& service() {
  static http::Service* known = nullptr;  // guarded by the GIL
  static unsigned known_forks = 0;
  if (!known || known_forks != fork_generation()) {
    known = &app::data_thread().service();
    known_forks = fork_generation();
    if (!g_service_started) stop_at_exit();
    g_service_started = true;
  }
  return *known;
}

void note_unreported(const http::Operation& operation) {
  if (!operation.counted && !operation.stream && !http::is_followed(operation)) ++g_uncounted_answers;
}

void bind_hub(nb::module_& m) {
  static bool hooked = false;
  if (!hooked) {
    hooked = true;
    pthread_atfork(nullptr, nullptr, [] { g_forks.fetch_add(1, std::memory_order_relaxed); });
  }
  m.def(
      "hub_lag",
      [] {
        const HubLag lag = hub_lag();
        nb::dict out;
        out["batches"] = lag.batches;
        out["answers"] = lag.answers;
        out["total_seconds"] = lag.total_seconds;
        out["max_seconds"] = lag.max_seconds;
        return out;
      },
      "How long answers waited for the Python thread, since the last reset_hub_lag().");
  m.def("operations_in_flight", &operations_in_flight,
        "Requests of this thread that are with the data thread, those included that were given up.");
  m.def("reset_hub_lag", [] { hub_lag() = HubLag{}; });
  m.def(
      "stop_data_thread",
      [] {
        g_shut_down = true;
        nb::gil_scoped_release unlocked;
        app::stop_data_thread();
      },
      "Joins the data thread; called once at exit.");
  m.def(
      "service_counters",
      [] {
        nb::dict out;
        const http::ServiceCounters c = g_service_started ? service().counters() : http::ServiceCounters{};
        out["sent"] = c.sent;
        out["resent"] = c.resent;
        out["redirects"] = c.redirects;
        out["aborted"] = c.aborted + g_uncounted_answers;
        out["connects"] = c.connects;
        out["read_time_used"] = c.read_time_used;
        out["own_delay_ns"] = c.own_delay_ns;
        out["own_delay_max_ns"] = c.own_delay_max_ns;
        return out;
      },
      "What the data thread has counted since the process started.");
}

}  // namespace acrida::python
