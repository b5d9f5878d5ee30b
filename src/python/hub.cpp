#include "python/hub.h"

#include <nanobind/nanobind.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "app/data_thread.h"
#include "base/prefetch.h"
#include "base/time.h"
#include "http/outcome.h"
#include "python/data_stack.h"
#include "reactor/timer_wheel.h"

namespace nb = nanobind;

namespace acrida::python {
namespace {

// A chain of switches from user to user ends after this, or the hub's timers and foreign greenlets would starve.
constexpr base::Duration kLongestChain = std::chrono::milliseconds(1);
constexpr std::size_t kPooledOperations = 2048;
constexpr std::size_t kPooledBufferBytes = 64 * 1024;

std::atomic<unsigned> g_forks{0};
bool g_shut_down = false;
bool g_service_started = false;
HubLag g_lag;
std::uint64_t g_uncounted_answers = 0;

std::vector<Pending*>& pool() {
  static auto* operations = new std::vector<Pending*>;  // never destroyed: responses may outlive static destruction
  return *operations;
}

// One gevent hub's end of the channel to the data thread. Made at a thread's first request and never destroyed:
// answers may still be under way to it when its thread ends.
class HubChannel {
 public:
  // The calling thread's channel, or nullptr with a Python exception.
  static HubChannel* current();

  bool is_hub(PyGreenlet* greenlet) const { return reinterpret_cast<PyObject*>(greenlet) == hub_; }
  void send_to(Pending* op) {
    op->reply_to = &mailbox_;
    op->wake_caller = [](void* self) { static_cast<HubChannel*>(self)->wake(); };
    op->wake_argument = this;
  }
  void note_sent(bool service_sleeps) {
    wake_service_ |= service_sleeps;
    if (in_flight_++ == 0) keep_loop_alive(true);
  }
  // Suspends the calling greenlet; somebody else runs. Returns what PyGreenlet_Switch returned.
  PyObject* switch_away();
  void collect();
  // Called in the hub when the eventfd fires, or to continue a chain that was cut.
  void on_ready();
  void forget_ready(Parked* parked);
  void add_ready(Parked* parked);
  std::size_t in_flight() const { return in_flight_; }
  // Timers of users that wait between two tasks.
  bool arm(reactor::Timer& timer, base::Instant when);
  void disarm(reactor::Timer& timer) { wheel_.cancel(timer); }
  void on_timer();

 private:
  explicit HubChannel(PyObject* hub) : hub_(hub) {}
  bool start();
  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(eventfd_, &one, sizeof one);
  }
  void keep_loop_alive(bool alive);
  void flush_wake() {
    if (wake_service_) {
      wake_service_ = false;
      service().wake();
    }
  }
  Parked* pop_ready();
  void run_ready();
  bool watch_wheel();
  void returned(Pending* op, base::Instant collected_at);
  void report_to_hub();  // the pending exception

  PyObject* hub_;                // strong
  PyObject* watcher_ = nullptr;  // gevent's io watcher on the eventfd
  PyObject* drain_callback_ = nullptr;
  PyObject* run_callback_ = nullptr;
  reactor::Mailbox mailbox_;
  int eventfd_ = -1;
  PyObject* timer_callback_ = nullptr;
  PyObject* timer_ = nullptr;  // gevent's timer for the wheel's next expiry
  base::Instant timer_fires_at_ = base::Instant::max();
  reactor::TimerWheel wheel_{base::now()};
  Parked* first_ready_ = nullptr;
  Parked* last_ready_ = nullptr;
  std::size_t in_flight_ = 0;
  unsigned steps_ = 0;
  bool wake_service_ = false;
  bool drain_scheduled_ = false;
  base::Instant chain_began_{};
};

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

PyObject* g_blocking_switch_error() {
  static PyObject* type = [] {
    PyObject* module = PyImport_ImportModule("gevent.exceptions");
    PyObject* found = module ? PyObject_GetAttrString(module, "BlockingSwitchOutError") : nullptr;
    Py_XDECREF(module);
    if (!found) PyErr_Clear();
    return found ? found : PyExc_RuntimeError;
  }();
  return type;
}

// Parks the calling greenlet until `parked` is back. -1: an exception came instead; its waiter is null then.
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

struct Sleeper : Parked {
  explicit Sleeper(HubChannel* hub_channel) : channel(hub_channel) {}
  HubChannel* channel;
  reactor::Timer timer{[](void* self) {
                         auto* sleeper = static_cast<Sleeper*>(self);
                         sleeper->is_back = true;
                         sleeper->channel->add_ready(sleeper);
                       },
                       this};
};

// The calling greenlet, a new reference; null with an exception.
PyGreenlet* current_greenlet() {
  if (!_PyGreenlet_API) PyGreenlet_Import();
  return _PyGreenlet_API ? PyGreenlet_GetCurrent() : nullptr;
}

HubChannel* channel_for(PyGreenlet* greenlet) {
  HubChannel* channel = HubChannel::current();
  if (!channel) return nullptr;
  if (channel->is_hub(greenlet)) {
    PyErr_SetString(g_blocking_switch_error(),
                    "a request cannot be made from an event loop callback: nobody could be woken. Use gevent.spawn()");
    return nullptr;
  }
  return channel;
}

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

HubLag hub_lag() { return g_lag; }

std::uint64_t park_count() { return t_parks; }

std::size_t operations_in_flight() { return t_channel.channel ? t_channel.channel->in_flight() : 0; }

void note_unreported(const http::Operation& operation) {
  if (!operation.counted && !operation.stream && !http::is_followed(operation)) ++g_uncounted_answers;
}

Pending* acquire_operation() {
  auto& free = pool();
  if (free.empty()) return new Pending;
  Pending* op = free.back();
  free.pop_back();
  return op;
}

void release_operation(Pending* op) {
  Py_CLEAR(op->body_owner);
  Py_CLEAR(op->waiter);
  if (pool().size() >= kPooledOperations || op->answer.body.capacity() > kPooledBufferBytes ||
      op->answer.head.capacity() > kPooledBufferBytes || op->head.capacity() > kPooledBufferBytes) {
    delete op;
    return;
  }
  op->body = nullptr;
  op->body_size = 0;
  op->recorder = nullptr;
  op->answer.clear();  // a failure must not show what the operation brought last time
  op->answer.body.clear();
  op->answer.error = {};
  op->answer.wire_body_bytes = 0;
  op->timings = {};
  op->peer.clear();
  op->counted = false;
  op->resent = 0;
  op->stream = op->stream_ended = false;
  op->prior = base::Duration{0};
  op->is_back = false;
  op->state.store(http::OperationState::Idle, std::memory_order_relaxed);
  pool().push_back(op);
}

int submit_and_park(http::Service& to, Pending* op, bool* kept) {
  *kept = false;
  if (g_shut_down) {
    release_operation(op);
    PyErr_SetString(PyExc_RuntimeError, "the process is ending: no more requests");
    return -1;
  }
  PyGreenlet* self = current_greenlet();
  HubChannel* channel = self ? channel_for(self) : nullptr;
  if (!channel) {
    Py_XDECREF(reinterpret_cast<PyObject*>(self));
    release_operation(op);
    return -1;
  }
  op->waiter = self;
  op->is_back = false;
  channel->send_to(op);
  op->counts_as_flight = true;
  channel->note_sent(to.submit(op));
  if (park(channel, op) == 0) return 0;

  if (op->is_back) {
    *kept = true;
    return -1;
  }
  auto expected = http::OperationState::InFlight;
  if (op->state.compare_exchange_strong(expected, http::OperationState::Cancelled)) {
    if (to.cancel(op)) to.wake();
    return -1;
  }
  // The data thread was faster: the answer is already on its way, and counted if it was to be. It goes to the pool
  // when it arrives, because nobody waits.
  return -1;
}

int sleep_parked(base::Duration how_long) {
  PyGreenlet* self = current_greenlet();
  HubChannel* channel = self ? channel_for(self) : nullptr;
  if (!channel) {
    Py_XDECREF(reinterpret_cast<PyObject*>(self));
    return -1;
  }
  // On the heap: while we are parked this stack belongs to somebody else.
  auto* sleeper = new Sleeper(channel);
  sleeper->waiter = self;
  int outcome = -1;
  if (channel->arm(sleeper->timer, base::now() + how_long)) {
    LentDataStack lent;
    outcome = park(channel, sleeper);
  } else {
    Py_CLEAR(sleeper->waiter);
  }
  channel->disarm(sleeper->timer);
  delete sleeper;
  return outcome;
}

int park_for_more(http::Service& to, Pending* op) {
  PyGreenlet* self = current_greenlet();
  HubChannel* channel = self ? channel_for(self) : nullptr;
  if (!channel) {
    Py_XDECREF(reinterpret_cast<PyObject*>(self));
    return -1;
  }
  op->waiter = self;
  op->is_back = false;
  channel->send_to(op);
  op->counts_as_flight = true;
  channel->note_sent(to.want_more(op));
  if (park(channel, op) == 0) return 0;
  // Killed while waiting for a piece: the operation comes back for the pool.
  if (!op->is_back) {
    if (to.cancel(op)) to.wake();
  } else {
    abandon_stream(to, op);
  }
  return -1;
}

void abandon_stream(http::Service& to, Pending* op) {
  HubChannel* channel = op->stream_ended ? nullptr : HubChannel::current();
  if (!channel) {
    PyErr_Clear();
    if (op->stream_ended) release_operation(op);
    return;
  }
  op->waiter = nullptr;
  op->is_back = false;
  channel->send_to(op);
  op->counts_as_flight = true;
  channel->note_sent(false);
  if (to.cancel(op)) to.wake();
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
  m.def("reset_hub_lag", [] { g_lag = HubLag{}; });
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
