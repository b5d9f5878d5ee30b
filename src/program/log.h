#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

// Log lines of a native program, in the form of the Python program's.
namespace acrida::program {

enum class Level { Debug, Info, Warning, Error, Critical };

// Lines below are not written. Main thread, before the run.
void set_log_level(std::string_view name);
// "[2026-11-28 07:47:17,838] host/INFO/locust.main: text" on stderr. Any thread.
void write_log(Level level, std::string_view logger, std::string_view text);

template <class... Args>
void log(Level level, std::string_view logger, fmt::format_string<Args...> text, Args&&... args) {
  write_log(level, logger, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace acrida::program
