#pragma once

#include "http/context.h"
#include "http/operation.h"

namespace acrida::http {

// Is this status a success under the operation's rule (Operation::ok_statuses)?
bool is_success(int status, std::uint16_t rule);

// Is the answer a redirect that the caller will follow?
bool is_followed(const Operation& operation);

// Leaves InFlight for Completed. False: the caller was faster and has cancelled; its letter is on the way.
bool try_complete(Operation& operation);

// The operation has its answer (or, when streamed, its head): completes and counts it. False: it was cancelled.
bool settle(Context& context, Operation& operation);

// Sends it back to its caller; nothing of it stays here.
void hand_back(Context& context, Operation& operation);

// Completes it with an error and hands it back. False: it was cancelled.
bool finish_failed(Context& context, Operation& operation, Error error);

}  // namespace acrida::http
