#pragma once

#include <string>

namespace acrida::native {

// Where log() of code that is no user's goes: listeners, threads of a scenario's own. nullptr, and at first: to stderr.
using OutsideLog = void (*)(const std::string& text);  // any thread
void set_outside_log(OutsideLog log);
void log_outside(const std::string& text);

}  // namespace acrida::native
