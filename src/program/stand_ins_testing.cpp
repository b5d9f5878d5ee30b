// What only a whole program has: its page and its scenario. The layer's tests are linked without them.
#include <acrida/scenario.h>

#include "program/packed_page.h"

namespace acrida::program {

std::span<const web::PackedFile> packed_page() { return {}; }

}  // namespace acrida::program

extern "C" void acrida_scenario(acrida::Scenario&) {}
