#include "python/session.h"

#include <algorithm>

#include "python/hub.h"
#include "python/session_verbs.h"

namespace acrida::python {

PyTypeObject* g_session_type = nullptr;
PyTypeObject* g_tracker_type = nullptr;

namespace {

// ---- Tracker --------------------------------------------------------------------------------------------------------

PyObject* tracker_touch(PyObject* self, PyObject*) {
  ++reinterpret_cast<TrackerObject*>(self)->changes;
  Py_RETURN_NONE;
}
PyObject* tracker_changes(PyObject* self, void*) {
  return PyLong_FromUnsignedLongLong(reinterpret_cast<TrackerObject*>(self)->changes);
}
PyMethodDef tracker_methods[] = {{"_touch", tracker_touch, METH_NOARGS, "Tells the sessions that this has changed."},
                                 {nullptr, nullptr, 0, nullptr}};
PyGetSetDef tracker_getset[] = {{"_changes", tracker_changes, nullptr, "How often _touch() was called.", nullptr},
                                {nullptr, nullptr, nullptr, nullptr, nullptr}};
PyType_Slot tracker_slots[] = {{Py_tp_methods, tracker_methods},
                               {Py_tp_getset, tracker_getset},
                               {Py_tp_doc, const_cast<char*>("A container whose changes a session notices.")},
                               {0, nullptr}};
PyType_Spec tracker_spec = {"acrida._core.Tracker", sizeof(TrackerObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                            tracker_slots};

// ---- SharedClient ---------------------------------------------------------------------------------------------------

PyObject* shared_new(PyTypeObject* type, PyObject* args, PyObject*) {
  Py_ssize_t connections;
  if (!PyArg_ParseTuple(args, "n", &connections)) return nullptr;
  auto* self = reinterpret_cast<SharedClientObject*>(type->tp_alloc(type, 0));
  if (self) self->connections_per_origin = static_cast<std::size_t>(std::max<Py_ssize_t>(connections, 0));
  return reinterpret_cast<PyObject*>(self);
}

void shared_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  auto* shared = reinterpret_cast<SharedClientObject*>(self);
  if (shared->client && shared->forks == fork_generation()) service().close_client(shared->client);
  type->tp_free(self);
  Py_DECREF(type);
}

PyType_Slot shared_slots[] = {{Py_tp_new, reinterpret_cast<void*>(shared_new)},
                              {Py_tp_dealloc, reinterpret_cast<void*>(shared_dealloc)},
                              {Py_tp_doc, const_cast<char*>("SharedClient(connections_per_host): 0 for no limit.")},
                              {0, nullptr}};
PyType_Spec shared_spec = {"acrida._core.SharedClient", sizeof(SharedClientObject), 0, Py_TPFLAGS_DEFAULT,
                           shared_slots};

// The data thread's client behind `client`, opened at first use and afresh after a fork.
http::Client* opened(http::Client*& client, unsigned& forks, const http::ClientSettings& settings) {
  if (!client || forks != fork_generation()) {
    client = service().open_client(settings);
    forks = fork_generation();
  }
  return client;
}

// ---- life -----------------------------------------------------------------------------------------------------------

PyObject* session_new(PyTypeObject* type, PyObject*, PyObject*) {
  auto* self = as_session(type->tp_alloc(type, 0));
  if (self) self->state = new SessionState;
  return reinterpret_cast<PyObject*>(self);
}

void close_client(SessionObject* self) {
  if (self->state->client && self->state->forks == fork_generation()) service().close_client(self->state->client);
  self->state->client = nullptr;
}

int session_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (!as_session(self)->state) return 0;
  const SessionConfig& c = as_session(self)->state->config;
  Py_VISIT(c.user.get());
  Py_VISIT(c.event.get());
  Py_VISIT(c.cookies.get());
  for (const auto& d : c.empty_dicts) Py_VISIT(d.get());
  for (const auto& t : c.trackers) Py_VISIT(t.first.get());
  return 0;
}

int session_clear(PyObject* self) {
  if (as_session(self)->state) as_session(self)->state->config = SessionConfig{};
  return 0;
}

void session_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (as_session(self)->state) {
    close_client(as_session(self));
    delete std::exchange(as_session(self)->state, nullptr);
  }
  type->tp_free(self);
  Py_DECREF(type);
}

int session_setattro(PyObject* self, PyObject* name, PyObject* value) {
  as_session(self)->state->config.is_valid = false;
  return PyObject_GenericSetAttr(self, name, value);
}

PyObject* get_rules(PyObject* self, void*) { return PyBool_FromLong(as_session(self)->uses_requests_rules); }
int set_rules(PyObject* self, PyObject* value, void*) {
  as_session(self)->uses_requests_rules = value && PyObject_IsTrue(value) > 0;
  return 0;
}
PyGetSetDef getset[] = {{"_uses_requests_rules", get_rules, set_rules, nullptr, nullptr},
                        {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(session_new)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(session_dealloc)},
                       {Py_tp_traverse, reinterpret_cast<void*>(session_traverse)},
                       {Py_tp_clear, reinterpret_cast<void*>(session_clear)},
                       {Py_tp_setattro, reinterpret_cast<void*>(session_setattro)},
                       {Py_tp_methods, session_methods},
                       {Py_tp_getset, getset},
                       {Py_tp_doc, const_cast<char*>("The engine's half of an HTTP session.")},
                       {0, nullptr}};
PyType_Spec spec = {"acrida._core.Session", sizeof(SessionObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

}  // namespace

http::Client* session_client(SessionObject* self) {
  SessionState& state = *self->state;
  if (state.shared) {
    auto* shared = reinterpret_cast<SharedClientObject*>(state.shared.get());
    return opened(shared->client, shared->forks, {shared->connections_per_origin, state.proxy});
  }
  return opened(state.client, state.forks, {state.connections_per_origin, state.proxy});
}

int add_session_type(PyObject* module) {
  intern_verbs();
  PyObject* tracker = PyType_FromSpec(&tracker_spec);
  PyObject* shared = PyType_FromSpec(&shared_spec);
  PyObject* type = tracker && shared ? PyType_FromSpec(&spec) : nullptr;
  if (!type || PyModule_AddObject(module, "SharedClient", shared) < 0) return -1;
  g_tracker_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(tracker));
  g_session_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(type));
  return PyModule_AddObject(module, "Tracker", tracker) < 0 ? -1 : PyModule_AddObject(module, "Session", type);
}

}  // namespace acrida::python
