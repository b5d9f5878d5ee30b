// The steady state of a user's life, TaskSet.run's inner loop: pick, run, wait. Python's methods stay the truth: where
// a class or an instance has its own, Python's _step() runs instead.

#include <nanobind/nanobind.h>

#include "python/hub.h"
#include "python/loop_facts.h"
#include "python/loop_object.h"
#include "python/names.h"
#include "python/ref.h"

namespace nb = nanobind;

namespace acrida::python {
namespace {

const Originals& g = g_originals;

// random.choice(tasks), bit for bit: getrandbits(bit_length(n)) until it is below n — also for one task.
PyObject* pick(PyObject* tasks) {
  PyObject* known = PyDict_GetItemWithError(g.random_names, g.choice_name);
  Ref choice = known ? Ref::borrow(known) : Ref::steal(PyObject_GetAttr(g.random_module, g.choice_name));
  if (!choice) return nullptr;
  // `choice` is a bound method object made once by the module; a replaced one is another object.
  if (choice.get() != g.choice || !PyList_CheckExact(tasks)) return PyObject_CallOneArg(choice.get(), tasks);
  const Py_ssize_t count = PyList_GET_SIZE(tasks);
  long bits = 0;
  for (Py_ssize_t n = count; n; n >>= 1) ++bits;
  Ref k = Ref::steal(PyLong_FromLong(bits));
  for (;;) {
    Ref drawn = k ? Ref::steal(PyObject_CallOneArg(g.getrandbits, k.get())) : Ref();
    if (!drawn) return nullptr;
    const long index = PyLong_AsLong(drawn.get());
    if (index < count && index >= 0 && index < PyList_GET_SIZE(tasks)) return Py_NewRef(PyList_GET_ITEM(tasks, index));
  }
}

bool is_stopping(PyObject* user, bool* failed) {
  PyObject* known = user_facts(Py_TYPE(user)).has_own_state ? nullptr : as_loop(user)->state;
  if (known == g.running || known == g.waiting) return false;
  Ref state = Ref::steal(PyObject_GetAttr(user, names::_state_));
  if (!state) {
    *failed = true;
    return false;
  }
  if (state.get() == g.stopping) return true;
  if (state.get() == g.running || state.get() == g.waiting) return false;
  const int same = PyObject_RichCompareBool(state.get(), g.stopping, Py_EQ);
  *failed = same < 0;
  return same > 0;
}

bool is_async(PyObject* function) {
  const auto* code = reinterpret_cast<const PyCodeObject*>(PyFunction_GET_CODE(function));
  return code->co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE);
}

// Runs one task; null with an exception. Python's execute_task() is there for tasks that look at their caller's frame:
// a greenlet has no other. Calling the task costs it no further C stack.
PyObject* execute(PyObject* self, PyObject* user, PyObject* task, const ClassFacts& facts) {
  if (PyFunction_Check(task) && !is_async(task)) {
    PyObject* const arguments[] = {task, facts.is_default ? user : self};
    return PyObject_Vectorcall(g.perform, arguments, 2, nullptr);
  }
  return PyObject_CallMethodOneArg(self, names::execute_task_, task);
}

// Hooks and tasks may be `async def`: their coroutine is run to its end by Python's finish(). Steals `outcome`.
PyObject* finished(PyObject* user, PyObject* outcome) {
  if (!outcome || !PyCoro_CheckExact(outcome)) return outcome;
  Ref coroutine = Ref::steal(outcome);
  return PyObject_CallFunctionObjArgs(g.finish, user, outcome, nullptr);
}

enum class After { Wait, Continue, Raise };

After after_task(PyObject* result) {
  if (result) {
    Py_DECREF(result);
    return After::Wait;
  }
  if (PyErr_ExceptionMatches(g.reschedule)) {
    PyErr_Clear();
    return After::Wait;
  }
  if (PyErr_ExceptionMatches(g.reschedule_now)) {
    PyErr_Clear();
    return After::Continue;
  }
  return After::Raise;
}

PyObject* next_task(PyObject* self, PyObject* user, const ClassFacts& facts) {
  if (PyObject* queue = as_loop(self)->task_queue) {
    const Py_ssize_t queued = PyObject_Size(queue);
    if (queued < 0) return nullptr;
    if (queued > 0) return PyObject_CallMethodNoArgs(queue, names::popleft_);
  }
  Ref tasks = Ref::steal(PyObject_GetAttr(facts.is_default ? user : self, names::tasks_));
  if (!tasks) return nullptr;
  if (PyList_CheckExact(tasks.get()) && PyList_GET_SIZE(tasks.get()) > 0) return pick(tasks.get());
  return PyObject_CallMethodNoArgs(self, names::get_next_task_);  // other kinds of collections; says so if it is empty
}

constexpr double kLongestSleep = 86400.0 * 365;

int sleep_for(PyObject* seconds, bool has_yielded) {
  double number = -1;
  if (PyFloat_CheckExact(seconds))
    number = PyFloat_AS_DOUBLE(seconds);
  else if (PyLong_CheckExact(seconds))
    number = PyLong_AsDouble(seconds);
  if (PyErr_Occurred()) return -1;
  // A wait of 0 lets the others run; a task that was parked meanwhile has let them run already.
  if (number == 0 && has_yielded) return 0;
  if (number > 0 && number < kLongestSleep) return sleep_parked(base::from_seconds(number));
  Ref slept = Ref::steal(PyObject_CallOneArg(g.sleep, seconds));  // and whatever else it makes of it
  return slept ? 0 : -1;
}

int raise_stop_user() {
  PyErr_SetNone(g.stop_user);
  return -1;
}

double constant_wait(PyObject* user) {
  return as_loop(user)->has_own_methods ? -1 : user_facts(Py_TYPE(user)).constant_wait;
}

int wait(PyObject* self, PyObject* user, bool has_yielded) {
  bool failed = false;
  if (is_stopping(user, &failed)) return raise_stop_user();
  if (failed) return -1;
  if (has_yielded && constant_wait(user) == 0) return 0;
  Ref wait_time = Ref::steal(PyObject_GetAttr(user, names::wait_time_));
  if (!wait_time) return -1;
  const int given = PyObject_IsTrue(wait_time.get());
  if (given < 0) return -1;
  if (PyObject_SetAttr(user, names::_state_, g.waiting) < 0) return -1;
  Ref seconds =
      Ref::steal(given ? PyObject_CallNoArgs(wait_time.get()) : PyObject_CallMethodNoArgs(self, names::wait_time_));
  if (!seconds) return -1;
  if (sleep_for(seconds.get(), has_yielded) < 0) return -1;
  if (is_stopping(user, &failed)) return raise_stop_user();
  if (failed) return -1;
  return PyObject_SetAttr(user, names::_state_, g.running);
}

// TaskSet._run_steps(): performs steps until an exception ends the loop.
PyObject* run_steps(PyObject*, PyObject* self) {
  if (!load_originals()) return nullptr;
  Ref user = Ref::steal(PyObject_GetAttr(self, g.user));
  if (!user) return nullptr;
  for (;;) {
    const ClassFacts facts = facts_of(Py_TYPE(self));
    if (!facts.is_plain || as_loop(self)->has_own_methods) {
      Ref stepped = Ref::steal(PyObject_CallMethodNoArgs(self, g.step));
      if (!stepped) return nullptr;
      continue;
    }
    const std::uint64_t parks_before = park_count();
    Ref task = Ref::steal(next_task(self, user.get(), facts));
    if (!task) return nullptr;
    bool failed = false;
    if (is_stopping(user.get(), &failed)) raise_stop_user();
    if (PyErr_Occurred()) return nullptr;
    switch (after_task(finished(user.get(), execute(self, user.get(), task.get(), facts)))) {
      case After::Raise:
        return nullptr;
      case After::Continue:
        continue;
      case After::Wait:
        break;
    }
    // Replaced while the task ran? The wait is the new method's.
    if (as_loop(self)->has_own_methods || !facts_of(Py_TYPE(self)).is_plain) {
      Ref waited = Ref::steal(PyObject_CallMethodNoArgs(self, names::wait_));
      if (!waited) return nullptr;
    } else if (wait(self, user.get(), park_count() != parks_before) < 0) {
      return nullptr;
    }
  }
}

// ---- a user's life

// TaskSet.run() of the root set, without a Python frame that would live as long as the user. Always ends with -1.
int run_root(PyObject* user, PyObject* root) {
  static PyObject* on_error = PyUnicode_InternFromString("_on_error");
  Ref started = Ref::steal(finished(user, PyObject_CallMethodNoArgs(root, names::on_start_)));
  if (!started) return -1;
  for (;;) {
    Ref never = Ref::steal(run_steps(nullptr, root));
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback) PyException_SetTraceback(value, traceback);
    Ref handled = Ref::steal(PyObject_CallMethodOneArg(root, on_error, value));
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    if (!handled) return -1;
  }
}

bool has_original_run(PyObject* user) {
  Ref run = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(Py_TYPE(user)), names::run_));
  Ref root_run = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(g.default_task_set), names::run_));
  if (!run || !root_run) PyErr_Clear();
  return run.get() == g.user_run && root_run.get() == g.task_set_run;
}

// User.run(), without its frames where nobody has replaced it.
PyObject* run_life(PyObject* user) {
  if (!has_original_run(user)) return PyObject_CallMethodNoArgs(user, names::run_);
  static PyObject* start_up = PyUnicode_InternFromString("_start_up");
  if (PyObject_SetAttr(user, names::_state_, g.running) < 0) return nullptr;
  Ref root = Ref::steal(PyObject_CallOneArg(reinterpret_cast<PyObject*>(g.default_task_set), user));
  if (!root || PyObject_SetAttr(user, names::_taskset_instance_, root.get()) < 0) return nullptr;
  Ref started = Ref::steal(PyObject_CallMethodNoArgs(user, start_up));
  if (started) run_root(user, root.get());
  if (!PyErr_ExceptionMatches(g.ends_quietly)) return nullptr;
  // As in an except block: what is raised in on_stop() has the reason as its context.
  PyErr_Clear();
  return finished(user, PyObject_CallMethodNoArgs(user, names::on_stop_));
}

// run_user(user): what a user's greenlet runs. Whoever runs next must not count the user any more: gevent would take it
// out of its group only after the hub's next turn, and the last of several users would believe that others are left.
PyObject* run_user(PyObject*, PyObject* user) {
  static PyObject* leave_group = PyUnicode_InternFromString("_leave_group");
  if (!load_originals()) return nullptr;
  PyObject* result = run_life(user);
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  if (!Ref::steal(PyObject_CallMethodNoArgs(user, leave_group))) PyErr_WriteUnraisable(user);
  PyErr_Restore(type, value, traceback);
  return result;
}

PyMethodDef run_user_def = {"run_user", run_user, METH_O, "Runs a user until it ends: the target of its greenlet."};
PyMethodDef run_steps_def = {"run_steps", run_steps, METH_O,
                             "Performs steps of a task set (pick, run, wait) until an exception ends it."};

}  // namespace

void bind_users(nb::module_& m) {
  if (add_loop_type(m.ptr()) < 0) nb::raise_python_error();
  PyObject* function = PyCFunction_New(&run_steps_def, nullptr);
  if (!function || PyModule_AddObject(m.ptr(), "run_steps", function) < 0) nb::raise_python_error();
  function = PyCFunction_New(&run_user_def, nullptr);
  if (!function || PyModule_AddObject(m.ptr(), "run_user", function) < 0) nb::raise_python_error();
  bind_loop_facts(m);
}

}  // namespace acrida::python
