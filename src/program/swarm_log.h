#pragma once

#include "cluster/action.h"
#include "program/log.h"

namespace acrida::program {

// A line that a node of a swarm wants to be written.
inline void write(const cluster::Log& line) {
  constexpr Level kLevels[] = {Level::Debug, Level::Info, Level::Warning, Level::Error};
  write_log(kLevels[static_cast<int>(line.level)], line.logger.empty() ? "root" : line.logger, line.text);
}

}  // namespace acrida::program
