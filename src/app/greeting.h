#pragma once

#include <cstdint>
#include <string>

namespace acrida::app {

// Does a peer answer there that greets as one with encryption? Then a connection that it closes was closed for the join
// secret. Any trouble is a no.
//
// Thread  one that may wait for some seconds.
bool encrypts(const std::string& host, std::uint16_t port);

}  // namespace acrida::app
