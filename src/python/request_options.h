#pragma once

#include "python/exchange.h"
#include "python/hub.h"

namespace acrida::python {

// Writes what a call and its session say about an operation: TLS, timeouts, redirects, what counts as a success. False:
// a value is of a kind that the general path must judge, or with an exception.
bool read_options(SessionObject* session, const Call& call, Pending* op);

}  // namespace acrida::python
