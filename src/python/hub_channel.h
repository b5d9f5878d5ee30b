#pragma once

#include <Python.h>

#include "base/time.h"
#include "python/hub.h"
#include "reactor/mailbox.h"
#include "reactor/timer_wheel.h"

namespace acrida::python {

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

// The calling greenlet, a new reference; null with an exception.
PyGreenlet* current_greenlet();
// The calling thread's channel, or nullptr with an exception; also where `greenlet` is the hub, which cannot be parked.
HubChannel* channel_for(PyGreenlet* greenlet);
// Parks the calling greenlet until `parked` is back. -1: an exception came instead; its waiter is null then.
int park(HubChannel* channel, Parked* parked);

}  // namespace acrida::python
