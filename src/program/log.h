#pragma once

#include <fmt/core.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Log lines of a native program, in the form of the Python program's.
namespace acrida::program {

// Who speaks: loggers that scripts know by their names.
inline constexpr const char* kMain = "locust.main";
inline constexpr const char* kRunners = "locust.runners";

enum class Level { Debug, Info, Warning, Error, Critical };

// Lines below `level` are not written; `file` takes them instead of stderr, its folders are made. Main thread, before
// the run. std::system_error when the file cannot be written.
void set_up_log(std::string_view level, const std::string& file);
// Whoever shows lines elsewhere hears each, of tables too, on the thread that writes it. Main thread; empty: nobody.
void set_log_listener(std::function<void(const std::string& line)> listener);

// "[2026-11-28 07:47:17,838] host/INFO/locust.main: text". Any thread.
void write_log(Level level, std::string_view logger, std::string_view text);
// A line of a table: to stderr as it is.
void write_table_line(const std::string& line);
// The block at the bottom of the terminal on stderr; what else is written there lands above it. None: no block.
void set_live_lines(std::vector<std::string> lines);

template <class... Args>
void log(Level level, std::string_view logger, fmt::format_string<Args...> text, Args&&... args) {
  write_log(level, logger, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace acrida::program
