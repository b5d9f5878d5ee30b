#include "python/hub_channel.h"

#include <nanobind/nanobind.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/prefetch.h"

namespace nb = nanobind;

namespace acrida::python {
namespace {

// A chain of switches from user to user ends after this, or the hub's timers and foreign greenlets would starve.
constexpr base::Duration kLongestChain = std::chrono::milliseconds(1);

HubLag g_lag;

struct ThreadChannel {
  HubChannel* channel = nullptr;
  unsigned forks = 0;
};
thread_local ThreadChannel t_channel;
thread_local std::uint64_t t_parks = 0;

PyObject* drain(PyObject* capsule, PyObject*) {
  auto* channel = static_cast<HubChannel*>(PyCapsule_GetPointer(capsule, nullptr));
  if (!channel) return nullptr;
  channel->on_ready();
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}
PyObject* wake_sleepers(PyObject* capsule, PyObject*) {
  auto* channel = static_cast<HubChannel*>(PyCapsule_GetPointer(capsule, nullptr));
  if (!channel) return nullptr;
  channel->on_timer();
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}
PyMethodDef g_timer_def = {"acrida_wake_sleepers", wake_sleepers, METH_VARARGS, nullptr};
PyMethodDef g_drain_def = {"acrida_drain", drain, METH_VARARGS, nullptr};

PyObject* blocking_switch_error() {
  static PyObject* type = [] {
    PyObject* module = PyImport_ImportModule("gevent.exceptions");
    PyObject* found = module ? PyObject_GetAttrString(module, "BlockingSwitchOutError") : nullptr;
    Py_XDECREF(module);
    if (!found) PyErr_Clear();
    return found ? found : PyExc_RuntimeError;
  }();
  return type;
}

}  // namespace

HubChannel* HubChannel::current() {
  if (t_channel.channel && t_channel.forks == fork_generation()) return t_channel.channel;
  PyGreenlet_Import();
  if (!_PyGreenlet_API) return nullptr;
  nb::object hub;
  try {
    hub = nb::module_::import_("gevent").attr("get_hub")();
  } catch (nb::python_error& error) {
    error.restore();
    return nullptr;
  }
  auto* channel = new HubChannel(hub.release().ptr());
  if (!channel->start()) return nullptr;  // leaked with an exception set: cannot happen twice in a healthy process
  t_channel = {channel, fork_generation()};
  return channel;
}

bool HubChannel::start() {
  eventfd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (eventfd_ < 0) {
    PyErr_SetFromErrno(PyExc_OSError);
    return false;
  }
  try {
    nb::object capsule = nb::steal(PyCapsule_New(this, nullptr, nullptr));
    nb::object callback = nb::steal(PyCFunction_New(&g_drain_def, capsule.ptr()));
    nb::object timer_callback = nb::steal(PyCFunction_New(&g_timer_def, capsule.ptr()));
    timer_callback_ = timer_callback.release().ptr();
    nb::object loop = nb::handle(hub_).attr("loop");
    // The watcher keeps the loop alive only while something is under way (keep_loop_alive), so that a program whose
    // greenlets have all ended still ends.
    nb::object watcher = loop.attr("io")(eventfd_, 1, nb::arg("ref") = false);
    watcher.attr("start")(callback);
    watcher_ = watcher.release().ptr();
    drain_callback_ = callback.release().ptr();
    nb::object run_callback = loop.attr("run_callback");
    run_callback_ = run_callback.release().ptr();
  } catch (nb::python_error& error) {
    error.restore();
    return false;
  }
  mailbox_.fall_asleep();
  return true;
}

void HubChannel::keep_loop_alive(bool alive) {
  static PyObject* ref = PyUnicode_InternFromString("ref");
  if (PyObject_SetAttr(watcher_, ref, alive ? Py_True : Py_False) < 0) PyErr_WriteUnraisable(watcher_);
}

void HubChannel::returned(Pending* op, base::Instant collected_at) {
  op->counts_as_flight = false;
  op->epoch.release();
  if (--in_flight_ == 0) keep_loop_alive(false);
  op->is_back = true;
  if (!op->waiter) {  // given up meanwhile: an answer of an old generation
    if (op->state.load(std::memory_order_relaxed) == http::OperationState::Completed) note_unreported(*op);
    release_operation(op);
    return;
  }
  if (op->timings.ended_at != base::Instant{}) {
    const double lag = base::to_seconds(collected_at - op->timings.ended_at);
    g_lag.answers++;
    g_lag.total_seconds += lag;
    if (lag > g_lag.max_seconds) g_lag.max_seconds = lag;
  }
  add_ready(op);
}

void HubChannel::add_ready(Parked* parked) {
  parked->next_ready = nullptr;
  parked->is_ready = true;
  (last_ready_ ? last_ready_->next_ready : first_ready_) = parked;
  last_ready_ = parked;
}

void HubChannel::collect() {
  reactor::Letter* letter = mailbox_.collect();
  if (!letter) return;
  const auto collected_at = base::now();
  g_lag.batches++;
  while (letter) {
    reactor::Letter* next = letter->next;
    if (next) {
      base::prefetch<64>(next->next);
      static_cast<const http::Operation*>(next->content)->expect();
    }
    returned(static_cast<Pending*>(static_cast<http::Operation*>(letter->content)), collected_at);
    letter = next;
  }
}

Parked* HubChannel::pop_ready() {
  Parked* op = first_ready_;
  if (!op) return nullptr;
  first_ready_ = op->next_ready;
  if (!first_ready_) last_ready_ = nullptr;
  if (const Parked* next = first_ready_) {
    if (next->waiter) base::prefetch<256>(next->waiter->pimpl);
    if (next->next_ready) base::prefetch<64>(next->next_ready->waiter);
  }
  op->next_ready = nullptr;
  op->is_ready = false;
  return op;
}

void HubChannel::forget_ready(Parked* op) {
  if (!op->is_ready) return;
  op->is_ready = false;
  for (Parked *before = nullptr, *it = first_ready_; it; before = it, it = it->next_ready) {
    if (it != op) continue;
    (before ? before->next_ready : first_ready_) = it->next_ready;
    if (last_ready_ == it) last_ready_ = before;
    it->next_ready = nullptr;
    return;
  }
}

PyObject* HubChannel::switch_away() {
  // Nothing ready: take what has come meanwhile, or tell the data thread that it must wake us.
  if (!first_ready_ && !mailbox_.fall_asleep()) collect();
  // Look at the clock every eighth step only: 20 ns each would show.
  const bool chain_may_go_on = (++steps_ % 8) != 0 || base::now() - chain_began_ < kLongestChain;
  if (chain_may_go_on) {
    if (Parked* next = pop_ready()) return PyGreenlet_Switch(next->waiter, nullptr, nullptr);
  } else if (first_ready_ && !drain_scheduled_) {
    drain_scheduled_ = true;
    PyObject* scheduled = PyObject_CallOneArg(run_callback_, drain_callback_);
    if (!scheduled) return nullptr;
    Py_DECREF(scheduled);
  }
  flush_wake();
  return PyGreenlet_Switch(reinterpret_cast<PyGreenlet*>(hub_), nullptr, nullptr);
}

void HubChannel::report_to_hub() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  PyObject* handled = PyObject_CallMethod(hub_, "handle_error", "OOOO", Py_None, type ? type : Py_None,
                                          value ? value : Py_None, traceback ? traceback : Py_None);
  if (!handled) PyErr_WriteUnraisable(hub_);
  Py_XDECREF(handled);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
}

void HubChannel::on_ready() {
  drain_scheduled_ = false;
  std::uint64_t count;
  [[maybe_unused]] const auto got = read(eventfd_, &count, sizeof count);
  chain_began_ = base::now();
  do {
    collect();
    run_ready();
  } while (!drain_scheduled_ && !mailbox_.fall_asleep());
}

void HubChannel::run_ready() {
  while (Parked* next = pop_ready()) {
    PyObject* result = PyGreenlet_Switch(next->waiter, nullptr, nullptr);
    // A bare greenlet died of an exception (gevent's own report theirs): it is the hub's to handle.
    if (!result) report_to_hub();
    Py_XDECREF(result);
    if (drain_scheduled_) break;
  }
  flush_wake();
}

// ---- users that wait ------------------------------------------------------------------------------------------------

bool HubChannel::arm(reactor::Timer& timer, base::Instant when) {
  wheel_.arm(timer, when);
  return wheel_.expiry(timer) >= timer_fires_at_ || watch_wheel();
}

// Has gevent wake us at the wheel's next expiry.
bool HubChannel::watch_wheel() {
  const auto next = wheel_.next_expiry();
  try {
    if (timer_) {
      nb::handle(timer_).attr("stop")();
      nb::handle(timer_).attr("close")();
      Py_CLEAR(timer_);
    }
    timer_fires_at_ = next.value_or(base::Instant::max());
    if (!next) return true;
    const double seconds = std::max(base::to_seconds(*next - base::now()), 0.0);
    nb::object timer = nb::handle(hub_).attr("loop").attr("timer")(seconds);
    timer.attr("start")(nb::handle(timer_callback_));
    timer_ = timer.release().ptr();
  } catch (nb::python_error& error) {
    error.restore();
    return false;
  }
  return true;
}

void HubChannel::on_timer() {
  chain_began_ = base::now();
  timer_fires_at_ = base::Instant::max();
  wheel_.advance(chain_began_);
  run_ready();
  if (!watch_wheel()) report_to_hub();
}

int park(HubChannel* channel, Parked* parked) {
  ++t_parks;
  while (!parked->is_back) {
    PyObject* result = channel->switch_away();
    if (!result) {
      channel->forget_ready(parked);
      Py_CLEAR(parked->waiter);
      return -1;
    }
    Py_DECREF(result);
  }
  channel->forget_ready(parked);  // woken by somebody else although it is ready: it must not be woken again
  Py_CLEAR(parked->waiter);
  return 0;
}

PyGreenlet* current_greenlet() {
  if (!_PyGreenlet_API) PyGreenlet_Import();
  return _PyGreenlet_API ? PyGreenlet_GetCurrent() : nullptr;
}

HubChannel* channel_for(PyGreenlet* greenlet) {
  HubChannel* channel = HubChannel::current();
  if (!channel) return nullptr;
  if (channel->is_hub(greenlet)) {
    PyErr_SetString(blocking_switch_error(),
                    "a request cannot be made from an event loop callback: nobody could be woken. Use gevent.spawn()");
    return nullptr;
  }
  return channel;
}

HubLag& hub_lag() { return g_lag; }

std::uint64_t park_count() { return t_parks; }

std::size_t operations_in_flight() { return t_channel.channel ? t_channel.channel->in_flight() : 0; }

}  // namespace acrida::python
