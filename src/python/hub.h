#pragma once

#include <Python.h>

#include <greenlet/greenlet.h>

#include "base/time.h"
#include "http/operation.h"
#include "http/service.h"
#include "stats/epoch.h"

namespace acrida::python {

// Something that a greenlet waits for: a place in its hub's list of those that may go on.
struct Parked {
  PyGreenlet* waiter = nullptr;  // strong; null: nobody waits (any more)
  Parked* next_ready = nullptr;
  bool is_back = false;
  bool is_ready = false;  // stands in that list
};

// An operation as the Python side sees it: who waits for it, and what it borrows meanwhile.
//
// Owner   whoever acquired it from the pool, except between submit and return: then the data thread.
// Thread  any thread with the GIL.
struct Pending : http::Operation, Parked {
  PyObject* body_owner = nullptr;  // keeps `body` alive until the operation is back
  stats::EpochHold epoch;          // keeps the recorder's test alive until the operation is back
  bool counts_as_flight = false;   // between submit and return
};

// Operations are reused with their buffers. Both with the GIL.
Pending* acquire_operation();
void release_operation(Pending* operation);

// How far the Python thread lagged behind the data thread, for the generator's self-check.
struct HubLag {
  std::uint64_t batches = 0;
  std::uint64_t answers = 0;
  double total_seconds = 0;  // sum over answers: last byte received -> its user could go on
  double max_seconds = 0;
};

// Sends `operation` and parks the calling greenlet until it is back; other users run meanwhile.
//
// 0: it is back (read its answer). -1: a Python exception is set — the greenlet was killed, a gevent.Timeout fired,
// or the call came from the hub itself; the operation has been given up and must not be touched any more, unless
// `*kept` says that it had been answered in time: then the caller still owns it (and should count it).
int submit_and_park(http::Service& service, Pending* operation, bool* kept);

// The same for the next piece of a streamed answer.
int park_for_more(http::Service& service, Pending* operation);

// A streamed operation that is at the caller is given up; it goes back to the pool when it returns.
void abandon_stream(http::Service& service, Pending* operation);

// Since the start or since somebody emptied it; with the GIL.
HubLag& hub_lag();

// Parks the calling greenlet for so long, as gevent.sleep() does but without objects and Python frames of its own.
// 0, or -1 with the exception that was thrown into it.
int sleep_parked(base::Duration how_long);

// How often greenlets of this thread have been parked: a task that parked has let the others run.
std::uint64_t park_count();
// Operations of the calling thread that have not come back, those given up included.
std::size_t operations_in_flight();
// An answer came that nobody is left to report: its user has been killed. It counts as aborted unless the data thread
// has counted it, as a sample or as a redirect.
void note_unreported(const http::Operation& operation);
// Grows with every fork of the process, in the child: handles to the data thread made before are void.
unsigned fork_generation();
// The process is ending: the data thread takes nothing more.
bool is_shut_down();
// The process's HTTP service; started at first use, afresh after a fork.
http::Service& service();

}  // namespace acrida::python
