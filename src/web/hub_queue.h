#pragma once

#include <cstdint>

#include "reactor/event_queue.h"
#include "web/http.h"
#include "web/route.h"
#include "wire/form.h"

namespace acrida::web {

// Something that only the run's owner can do.
struct HubMessage {
  enum class Kind {
    Refresh,  // put the parts of the RunView that have changed, then say refreshed(id)
    Change,   // start, stop, reset, a user class: in the order of the queue
    Gate,     // may this client see the page? allow(id), or an answer
    Wsgi,     // answer the request through the application
    Body,     // the next piece of the body of id, in the request
    Drained,  // all that was pushed for id is with the system
    Gone,     // the client of id has left
  };
  Kind kind = Kind::Refresh;
  std::uint64_t id = 0;
  unsigned parts = 0;  // of a refresh: bits by RunView::Part
  Route route = Route::Index;
  Request request;
  wire::Fields fields;  // the form of a change
};

// The one ordered way from the control thread to the owner of the run (Python's hub), which sleeps on a descriptor.
using HubQueue = reactor::EventQueue<HubMessage>;

}  // namespace acrida::web
