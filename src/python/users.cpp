// The steady state of a user's life, TaskSet.run's inner loop: pick, run, wait. Python's methods stay the truth: where
// a class or an instance has its own, Python's _step() runs instead.

#include <nanobind/nanobind.h>
#include <structmember.h>

#include <cstddef>
#include <unordered_map>

#include "python/hub.h"
#include "python/names.h"
#include "python/ref.h"

namespace nb = nanobind;

namespace acrida::python {
namespace {

// ---- LoopBase: the base of User and TaskSet, notices methods that are assigned to an instance
// ---------------------------

struct LoopObject {
  PyObject_HEAD PyObject* task_queue;  // a deque, made when somebody schedules a task or looks at it
  PyObject* state;                     // a user's _state, read before and after every task; null: None
  bool has_own_methods;
};

LoopObject* as_loop(PyObject* self) { return reinterpret_cast<LoopObject*>(self); }

bool is_loop_method(PyObject* name) {
  return name == names::execute_task_ || name == names::execute_next_task_ || name == names::get_next_task_ ||
         name == names::schedule_task_ || name == names::wait_ || name == names::wait_time_ || name == names::_sleep_;
}

int loop_setattro(PyObject* self, PyObject* name, PyObject* value) {
  if (is_loop_method(name)) as_loop(self)->has_own_methods = true;
  return PyObject_GenericSetAttr(self, name, value);
}

int loop_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_loop(self)->task_queue);
  Py_VISIT(as_loop(self)->state);
  return 0;
}

int loop_clear(PyObject* self) {
  Py_CLEAR(as_loop(self)->task_queue);
  Py_CLEAR(as_loop(self)->state);
  return 0;
}

void loop_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  loop_clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* get_task_queue(PyObject* self, void*) {
  static PyObject* deque = [] {
    Ref module = Ref::steal(PyImport_ImportModule("collections"));
    return module ? PyObject_GetAttrString(module.get(), "deque") : nullptr;
  }();
  PyObject*& queue = as_loop(self)->task_queue;
  if (!queue && deque) queue = PyObject_CallNoArgs(deque);
  return Py_XNewRef(queue);
}

int set_task_queue(PyObject* self, PyObject* value, void*) {
  Py_XSETREF(as_loop(self)->task_queue, Py_XNewRef(value));
  return 0;
}

PyGetSetDef loop_getset[] = {
    {"_task_queue", get_task_queue, set_task_queue, "Tasks that run before the next pick.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyMemberDef loop_members[] = {{"_state", T_OBJECT, offsetof(LoopObject, state), 0, "What the user is doing."},
                              {nullptr, 0, 0, 0, nullptr}};

PyType_Slot loop_slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(loop_dealloc)},
                            {Py_tp_traverse, reinterpret_cast<void*>(loop_traverse)},
                            {Py_tp_clear, reinterpret_cast<void*>(loop_clear)},
                            {Py_tp_getset, loop_getset},
                            {Py_tp_members, loop_members},
                            {Py_tp_setattro, reinterpret_cast<void*>(loop_setattro)},
                            {Py_tp_doc, const_cast<char*>("The engine's half of users and task sets.")},
                            {0, nullptr}};
PyType_Spec loop_spec = {"acrida._core.LoopBase", sizeof(LoopObject), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, loop_slots};

// ---- what the loop knows of Python
// ------------------------------------------------------------------------------------------

struct Originals {
  bool is_ready = false;
  PyTypeObject *task_set = nullptr, *default_task_set = nullptr;
  PyObject *stop_user = nullptr, *reschedule = nullptr, *reschedule_now = nullptr;
  PyObject *stopping = nullptr, *waiting = nullptr, *running = nullptr;  // states
  PyObject* sleep = nullptr;                                             // gevent.sleep
  PyObject *random_module = nullptr, *random_names = nullptr;            // the module and its dictionary
  PyObject *choice = nullptr, *getrandbits = nullptr, *choice_name = nullptr;
  PyObject* state_member = nullptr;  // the descriptor of LoopBase._state
  PyObject* step = nullptr;          // "_step"
  PyObject* user = nullptr;          // "_user"
  PyObject* public_user = nullptr;
  PyObject *user_run = nullptr, *task_set_run = nullptr;  // User.run, TaskSet.run
  PyObject* perform = nullptr;                            // acrida.user.task.execute_task
  PyObject* finish = nullptr;                             // acrida.user.task.finish
  PyObject* ends_quietly = nullptr;                       // (GreenletExit, StopUser, StopTest)
};
Originals g;

// Whether a class of task sets has all the loop's methods as they come; kept while its version tag stays.
struct ClassFacts {
  unsigned version_tag = 0;
  bool is_plain = false;
  bool is_default = false;  // DefaultTaskSet's methods
};

// What a class of users is to the loop; kept while its version tag stays.
struct UserFacts {
  unsigned version_tag = 0;
  double constant_wait = -1;   // seconds, from `wait_time = constant(n)`; negative: something to be called
  bool has_own_state = false;  // the class calls something else _state
};

template <class Facts>
Facts& facts_slot(PyTypeObject* type) {
  static PyTypeObject* last_type = nullptr;  // most runs have one class
  static Facts* last = nullptr;
  static auto* facts = new std::unordered_map<PyTypeObject*, Facts>;  // node-based: addresses stay
  if (type != last_type) {
    last = &(*facts)[type];
    last_type = type;
  }
  return *last;
}

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

const ClassFacts& facts_of(PyTypeObject* type) {
  auto& facts = facts_slot<ClassFacts>(type);
  if (facts.version_tag && facts.version_tag == type->tp_version_tag) return facts;
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
  return facts;
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

const UserFacts& user_facts(PyTypeObject* type) {
  auto& facts = facts_slot<UserFacts>(type);
  if (facts.version_tag && facts.version_tag == type->tp_version_tag) return facts;
  facts.constant_wait = read_constant_wait(type);
  Ref state = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(type), names::_state_));
  if (!state) PyErr_Clear();
  facts.has_own_state = state.get() != g.state_member;
  facts.version_tag = type->tp_version_tag;  // the look-ups above have assigned one
  return facts;
}

double constant_wait(PyObject* user) {
  return as_loop(user)->has_own_methods ? -1 : user_facts(Py_TYPE(user)).constant_wait;
}

// ---- one step
// -----------------------------------------------------------------------------------------------------------------

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
// ------------------------------------------------------------------------------------------------------------

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
  PyObject* type = PyType_FromSpec(&loop_spec);
  if (!type || PyModule_AddObject(m.ptr(), "LoopBase", type) < 0) nb::raise_python_error();
  PyObject* function = PyCFunction_New(&run_steps_def, nullptr);
  if (!function || PyModule_AddObject(m.ptr(), "run_steps", function) < 0) nb::raise_python_error();
  function = PyCFunction_New(&run_user_def, nullptr);
  if (!function || PyModule_AddObject(m.ptr(), "run_user", function) < 0) nb::raise_python_error();
  m.def("remember_task_sets", &remember_task_sets, nb::arg("task_set"), nb::arg("default_task_set"),
        "Tells the loop which methods are the original ones.");
}

}  // namespace acrida::python
