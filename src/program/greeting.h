#pragma once

#include <cstdint>
#include <string>

namespace acrida::program {

// Does a peer answer there that greets as one with encryption? Then a connection that it closes was closed for the join
// secret. Waits for some seconds at most; any trouble is a no.
bool encrypts(const std::string& host, std::uint16_t port);

}  // namespace acrida::program
