#pragma once

#include <string>
#include <string_view>

#include "python/hub.h"
#include "python/request_head.h"

// The cookies of a session: its jar is Python's, what it says for an address is kept here until the jar changes.
namespace acrida::python {

// "Cookie: …\r\n" or empty. False with an exception.
bool cookie_line(SessionObject* session, const Destination& to, std::string& line);

// Gives the jar what an answer to a request for that target sets. False with an exception.
bool keep_cookies(SessionObject* session, const Pending& op, std::string_view target);

// The same address as text.
std::string absolute_url(const http::Origin& origin, std::string_view target);

}  // namespace acrida::python
