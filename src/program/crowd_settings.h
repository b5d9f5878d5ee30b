#pragma once

#include <string>

#include "native/crowd.h"
#include "reactor/descriptor.h"

namespace acrida::program {

// An eventfd that a crowd rings.
reactor::Descriptor open_bell();
void silence(const reactor::Descriptor& bell);
// For a crowd that rings `bell`, which outlives it.
native::CrowdSettings crowd_settings(std::int64_t threads, std::string host, const reactor::Descriptor& bell);

}  // namespace acrida::program
