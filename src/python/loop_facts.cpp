#include "python/loop_facts.h"

#include <nanobind/nanobind.h>

#include <vector>

#include "python/names.h"
#include "python/ref.h"

namespace nb = nanobind;

namespace acrida::python {

Originals g_originals;

namespace {

Originals& g = g_originals;

bool has_same(PyTypeObject* type, PyTypeObject* original, PyObject* name) {
  Ref found = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(type), name));
  Ref expected = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(original), name));
  if (!found || !expected) PyErr_Clear();
  return found && found.get() == expected.get();
}

// The functions that TaskSet and DefaultTaskSet were made with: plugins assign others to the classes.
struct PristineMethod {
  PyTypeObject* type;
  PyObject* name;
  PyObject* function;
};
std::vector<PristineMethod>& pristine() {
  static auto* methods = new std::vector<PristineMethod>;
  return *methods;
}

bool originals_are_in_place() {
  for (const auto& m : pristine()) {
    Ref found = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(m.type), m.name));
    if (!found) PyErr_Clear();
    if (found.get() != m.function) return false;
  }
  return true;
}

double read_constant_wait(PyTypeObject* type) {
  static PyObject* marker = PyUnicode_InternFromString("_acrida_constant");
  Ref wait_time = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(type), names::wait_time_));
  Ref seconds = wait_time ? Ref::steal(PyObject_GetAttr(wait_time.get(), marker)) : Ref();
  double constant = seconds && PyNumber_Check(seconds.get()) ? PyFloat_AsDouble(seconds.get()) : -1;
  if (PyErr_Occurred()) {
    PyErr_Clear();
    constant = -1;
  }
  return constant;
}

// Called by acrida.user.task when its classes exist, before anybody can have replaced a method.
void remember_task_sets(const nb::type_object& task_set, const nb::type_object& default_task_set) {
  auto* base = reinterpret_cast<PyTypeObject*>(task_set.ptr());
  auto* root = reinterpret_cast<PyTypeObject*>(default_task_set.ptr());
  for (PyObject* name : {names::execute_task_, names::get_next_task_})
    for (PyTypeObject* type : {base, root})
      pristine().push_back({type, name, PyObject_GetAttr(reinterpret_cast<PyObject*>(type), name)});
  for (PyObject* name :
       {names::execute_next_task_, names::schedule_task_, names::wait_, names::wait_time_, names::_sleep_})
    pristine().push_back({base, name, PyObject_GetAttr(reinterpret_cast<PyObject*>(base), name)});
}

}  // namespace

void read_facts(PyTypeObject* type, ClassFacts& facts) {
  const bool is_default = PyType_IsSubtype(type, g.default_task_set);
  PyTypeObject* original = is_default ? g.default_task_set : g.task_set;
  facts.is_default = is_default;
  facts.is_plain = originals_are_in_place() && has_same(type, original, names::execute_task_) &&
                   has_same(type, original, names::get_next_task_) &&
                   has_same(type, g.task_set, names::execute_next_task_) &&
                   has_same(type, g.task_set, names::schedule_task_) && has_same(type, g.task_set, names::wait_) &&
                   has_same(type, g.task_set, names::wait_time_) && has_same(type, g.task_set, names::_sleep_) &&
                   has_same(type, g.task_set, g.step) && has_same(type, g.task_set, g.public_user);
  facts.version_tag = type->tp_version_tag;  // the look-ups above have assigned one
}

void read_facts(PyTypeObject* type, UserFacts& facts) {
  facts.constant_wait = read_constant_wait(type);
  Ref state = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(type), names::_state_));
  if (!state) PyErr_Clear();
  facts.has_own_state = state.get() != g.state_member;
  facts.version_tag = type->tp_version_tag;  // the look-ups above have assigned one
}

bool load_originals() {
  if (g.is_ready) return true;
  try {
    nb::module_ task = nb::module_::import_("acrida.user.task");
    nb::module_ exception = nb::module_::import_("acrida.exception");
    nb::module_ random = nb::module_::import_("random");
    const auto take = [](nb::object object) { return object.release().ptr(); };
    g.task_set = reinterpret_cast<PyTypeObject*>(take(task.attr("TaskSet")));
    g.default_task_set = reinterpret_cast<PyTypeObject*>(take(task.attr("DefaultTaskSet")));
    g.stopping = take(task.attr("LOCUST_STATE_STOPPING"));
    g.waiting = take(task.attr("LOCUST_STATE_WAITING"));
    g.running = take(task.attr("LOCUST_STATE_RUNNING"));
    g.stop_user = take(exception.attr("StopUser"));
    g.reschedule = take(exception.attr("RescheduleTask"));
    g.reschedule_now = take(exception.attr("RescheduleTaskImmediately"));
    g.sleep = take(nb::module_::import_("gevent").attr("sleep"));
    g.choice = take(random.attr("choice"));
    g.getrandbits = take(random.attr("_inst").attr("getrandbits"));
    g.user_run = take(nb::module_::import_("acrida.user.users").attr("User").attr("run"));
    g.finish = take(task.attr("finish"));
    g.perform = take(task.attr("execute_task"));
    g.task_set_run = take(task.attr("TaskSet").attr("run"));
    g.ends_quietly = take(nb::make_tuple(nb::module_::import_("gevent").attr("GreenletExit"),
                                         exception.attr("StopUser"), exception.attr("StopTest")));
    g.random_module = take(random);
    g.random_names = PyModule_GetDict(g.random_module);
    g.state_member = take(nb::module_::import_("acrida._core").attr("LoopBase").attr("_state"));
    g.choice_name = PyUnicode_InternFromString("choice");
    g.step = PyUnicode_InternFromString("_step");
    g.user = PyUnicode_InternFromString("_user");
    g.public_user = PyUnicode_InternFromString("user");
  } catch (nb::python_error& error) {
    error.restore();
    return false;
  }
  g.is_ready = true;
  return true;
}

void bind_loop_facts(nb::module_& m) {
  m.def("remember_task_sets", &remember_task_sets, nb::arg("task_set"), nb::arg("default_task_set"),
        "Tells the loop which methods are the original ones.");
}

}  // namespace acrida::python
