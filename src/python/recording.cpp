#include "python/recording.h"

#include <nanobind/nanobind.h>

#include <array>

#include "python/names.h"
#include "python/session.h"

namespace nb = nanobind;

namespace acrida::python {
namespace {

// The listener that was found to be a runner's statistics, and where it counts.
struct KnownListener {
  PyObject* handler = nullptr;  // strong
  PyObject* owner = nullptr;    // strong: the Python object that keeps `statistics` alive
  stats::RequestStats* statistics = nullptr;
};
constexpr std::size_t kKnownListeners = 4;  // several environments may run in one process
std::array<KnownListener, kKnownListeners> g_known;
std::size_t g_next_known = 0;

// What acrida.event says of hooks; all null if it cannot be imported.
struct Hooks {
  PyObject* type = nullptr;             // EventHook
  PyObject* fire = nullptr;             // EventHook.fire as it was written: plugins may put another in its place
  PyObject* flow_exceptions = nullptr;  // these steer the user that fires
  PyObject* listener_failed = nullptr;  // logs any other
};

const Hooks& hooks() {
  static const Hooks known = [] {
    Hooks found;
    Ref module = Ref::steal(PyImport_ImportModule("acrida.event"));
    if (!module) return found;
    found.type = PyObject_GetAttrString(module.get(), "EventHook");
    found.fire = PyObject_GetAttrString(module.get(), "PRISTINE_FIRE");
    found.flow_exceptions = PyObject_GetAttrString(module.get(), "FLOW_EXCEPTIONS");
    found.listener_failed = PyObject_GetAttrString(module.get(), "listener_failed");
    return found;
  }();
  return known;
}

void forget(KnownListener& known) {
  Py_CLEAR(known.handler);
  Py_CLEAR(known.owner);
  known.statistics = nullptr;
}

// Where a listener counts, or null if it is not the statistics of a runner.
stats::RequestStats* statistics_of(PyObject* handler) {
  // It is a function with a mark; everybody else's listeners are told apart without an AttributeError for each request.
  if (!PyFunction_Check(handler) || !reinterpret_cast<PyFunctionObject*>(handler)->func_dict) return nullptr;
  for (const KnownListener& known : g_known)
    if (known.handler == handler) return known.statistics;
  Ref runner = Ref::steal(PyObject_GetAttr(handler, names::_acrida_statistics_));
  Ref python_stats = runner ? Ref::steal(PyObject_GetAttr(runner.get(), names::stats_)) : Ref();
  Ref core = python_stats ? Ref::steal(PyObject_GetAttr(python_stats.get(), names::_core_)) : Ref();
  stats::RequestStats* statistics = nullptr;
  if (!core || !nb::try_cast<stats::RequestStats*>(nb::handle(core.get()), statistics)) {
    PyErr_Clear();
    return nullptr;
  }
  KnownListener& slot = g_known[g_next_known++ % kKnownListeners];
  forget(slot);
  slot = {Py_NewRef(handler), core.release(), statistics};
  return statistics;
}

// ---- entries by name: a small cache keyed by the addresses of two strings that it keeps alive

struct CachedEntry {
  PyObject* name = nullptr;
  PyObject* method = nullptr;
  stats::RequestStats* statistics = nullptr;
  std::uint64_t epoch = 0;
  stats::Entry* entry = nullptr;
};
constexpr std::size_t kCachedEntries = 4096;  // a power of two
std::array<CachedEntry, kCachedEntries> g_cache;

CachedEntry& cache_slot(PyObject* name, PyObject* method) {
  const auto bits = reinterpret_cast<std::uintptr_t>(name) / 16 * 31 + reinterpret_cast<std::uintptr_t>(method) / 16;
  return g_cache[(bits ^ (bits >> 12)) % kCachedEntries];
}

// A listener's exception: true if the next one is to be called.
bool goes_on_after_exception() {
  if (PyErr_ExceptionMatches(hooks().flow_exceptions)) return false;
  if (!PyErr_ExceptionMatches(PyExc_Exception)) return false;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback) PyException_SetTraceback(value, traceback);
  Ref told = Ref::steal(PyObject_CallOneArg(hooks().listener_failed, value));
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
  return static_cast<bool>(told);
}

// EventHook.fire(**meta) without its frame; the runner's own listener counts here.
int call_listeners(PyObject* event, PyObject* meta, const ResponseObject* uncounted) {
  Ref handlers = Ref::steal(PyObject_GetAttr(event, names::_handlers_));
  Ref copy = handlers ? Ref::steal(PySequence_Tuple(handlers.get())) : Ref();
  if (!copy) return -1;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(copy.get()); ++i) {
    PyObject* handler = PyTuple_GET_ITEM(copy.get(), i);
    stats::RequestStats* statistics = uncounted ? statistics_of(handler) : nullptr;
    if (statistics && statistics->uses_default_buckets()) {
      stats::Entry* entry = find_entry(*statistics, uncounted->name, uncounted->method);
      if (!entry) return -1;
      entry->log(response_time_ms(uncounted), response_length(uncounted));
      continue;
    }
    Ref returned = Ref::steal(PyObject_VectorcallDict(handler, nullptr, 0, meta));
    if (!returned && !goes_on_after_exception()) return -1;
  }
  return 0;
}

bool fires_as_written(PyObject* event, PyObject* fire) {
  return reinterpret_cast<PyObject*>(Py_TYPE(event)) == hooks().type && PyMethod_Check(fire) &&
         PyMethod_GET_FUNCTION(fire) == hooks().fire;
}

// What the engine may count without asking: nobody has looked at the response's event data yet.
bool is_untouched(const ResponseObject* response) {
  return !response->meta && response->op && response->name && is_plain_name(response->name, response->method);
}

int fire(PyObject* event, ResponseObject* response, PyObject* exception) {
  // What its user has changed in request_meta, Python's listener counts; and it keeps exceptions.
  const bool counts_here = is_untouched(response) && !exception;
  Ref meta = Ref::borrow(request_meta(response));
  if (!meta) return -1;
  if (PyDict_SetItem(meta.get(), names::exception_, exception ? exception : Py_None) < 0) return -1;
  Ref call = Ref::steal(PyObject_GetAttr(event, names::fire_));
  if (!call) return -1;
  int done;
  if (fires_as_written(event, call.get())) {
    done = call_listeners(event, meta.get(), counts_here ? response : nullptr);
  } else {
    done = Ref::steal(PyObject_VectorcallDict(call.get(), nullptr, 0, meta.get())) ? 0 : -1;
  }
  // meta -> response -> meta would wait for the garbage collector, once per request.
  if (Py_REFCNT(meta.get()) == 2 && response->meta == meta.get()) Py_CLEAR(response->meta);
  return done;
}

}  // namespace

Audience audience(PyObject* event, stats::RequestStats** statistics) {
  *statistics = nullptr;
  if (reinterpret_cast<PyObject*>(Py_TYPE(event)) != hooks().type) return Audience::Python;
  Ref handlers = Ref::steal(PyObject_GetAttr(event, names::_handlers_));
  if (!handlers || !PyList_CheckExact(handlers.get())) {
    PyErr_Clear();
    return Audience::Python;
  }
  const Py_ssize_t count = PyList_GET_SIZE(handlers.get());
  if (count == 0) return Audience::Nobody;
  if (count > 1) return Audience::Python;
  stats::RequestStats* found = statistics_of(PyList_GET_ITEM(handlers.get(), 0));
  if (!found || !found->uses_default_buckets()) return Audience::Python;
  *statistics = found;
  return Audience::Statistics;
}

bool is_plain_name(PyObject* name, PyObject* method) { return PyUnicode_Check(name) && PyUnicode_Check(method); }

stats::Entry* find_entry(stats::RequestStats& statistics, PyObject* name, PyObject* method) {
  CachedEntry& slot = cache_slot(name, method);
  if (slot.name == name && slot.method == method && slot.statistics == &statistics && slot.epoch == statistics.epoch())
    return slot.entry;
  const std::string_view name_text = utf8(name), method_text = utf8(method);
  if (!name_text.data() || !method_text.data()) return nullptr;
  stats::Entry* entry = &statistics.find_or_await(method_text, name_text);
  Py_XSETREF(slot.name, Py_NewRef(name));
  Py_XSETREF(slot.method, Py_NewRef(method));
  slot.statistics = &statistics;
  slot.epoch = statistics.epoch();
  slot.entry = entry;
  return entry;
}

int report(ResponseObject* response, PyObject* exception) {
  PyObject* event = reinterpret_cast<SessionObject*>(response->session)->state->config.event.get();
  if (!event) return 0;
  stats::RequestStats* statistics;
  switch (audience(event, &statistics)) {
    case Audience::Nobody:
      return 0;
    case Audience::Statistics:
      if (is_untouched(response) && !exception) break;
      [[fallthrough]];  // the error table keeps the exception itself: that is Python's RequestStats
    case Audience::Python:
      return fire(event, response, exception);
  }
  stats::Entry* entry = find_entry(*statistics, response->name, response->method);
  if (!entry) return -1;
  entry->log(response_time_ms(response), response_length(response));
  return 0;
}

void statistics_changed() {
  for (KnownListener& known : g_known) forget(known);
}

}  // namespace acrida::python
