#pragma once

#include <functional>
#include <string>
#include <vector>

#include "native/caught.h"
#include "program/log.h"
#include "program/results.h"

namespace acrida::program {

// Of a run without failures in which a listener of the scenario has thrown.
inline constexpr int kFaultExitCode = 2;

// Calls the scenario's listeners of an event. One that throws is told of, and the others are called all the same.
template <class... Parameters, class... Arguments>
void fire(Results& results, const char* event, const std::vector<std::function<void(Parameters...)>>& listeners,
          Arguments&&... arguments) {
  for (const auto& listener : listeners) {
    const std::string complaint = native::caught([&] { listener(arguments...); });
    if (complaint.empty()) continue;
    results.note_fault();
    log(Level::Error, "root", "Uncaught exception in event handler of {}: {}", event, complaint);
  }
}

}  // namespace acrida::program
