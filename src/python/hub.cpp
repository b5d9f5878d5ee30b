#include "python/hub.h"

#include "http/outcome.h"
#include "python/data_stack.h"
#include "python/hub_channel.h"

namespace acrida::python {
namespace {

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

}  // namespace

int submit_and_park(http::Service& to, Pending* op, bool* kept) {
  *kept = false;
  if (is_shut_down()) {
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

}  // namespace acrida::python
