#pragma once

#include <nanobind/nanobind.h>

#include <unordered_map>

// What the loop of users knows of Python's classes: whether their methods are the original ones. Python's methods stay
// the truth: where a class has its own, the loop does not run.
//
// Thread  whoever holds the GIL.
// Fails   load_originals() with an exception; the rest never.
namespace acrida::python {

// Objects of the package, of gevent and of random that the loop compares with or calls.
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
extern Originals g_originals;

// Once, at the first step: the package's modules must be there. False with an exception.
bool load_originals();

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
  if (type != last_type) {
    static auto* facts = new std::unordered_map<PyTypeObject*, Facts>;  // node-based: addresses stay
    last = &(*facts)[type];
    last_type = type;
  }
  return *last;
}

void read_facts(PyTypeObject* type, ClassFacts& facts);
void read_facts(PyTypeObject* type, UserFacts& facts);

template <class Facts>
const Facts& known_facts(PyTypeObject* type) {
  Facts& facts = facts_slot<Facts>(type);
  if (!facts.version_tag || facts.version_tag != type->tp_version_tag) read_facts(type, facts);
  return facts;
}
inline const ClassFacts& facts_of(PyTypeObject* type) { return known_facts<ClassFacts>(type); }
inline const UserFacts& user_facts(PyTypeObject* type) { return known_facts<UserFacts>(type); }

void bind_loop_facts(nanobind::module_& m);

}  // namespace acrida::python
