#pragma once

#include <span>

#include "web/assets.h"

namespace acrida::program {

// The built web page and report, inside the program; made by the build from webui/. Empty where it was built without.
std::span<const web::PackedFile> packed_page();

}  // namespace acrida::program
