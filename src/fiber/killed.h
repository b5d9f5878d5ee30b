#pragma once

namespace acrida::fiber {

// Thrown out of park() in a fiber that is being killed. Not a std::exception, so that a scenario's `catch (const
// std::exception&)` does not stop it on its way out.
struct Killed {};

}  // namespace acrida::fiber
