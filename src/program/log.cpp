#include "program/log.h"

#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

namespace acrida::program {

namespace {

constexpr std::array<std::string_view, 5> kNames{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
Level g_least = Level::Info;
std::FILE* g_file = nullptr;
std::atomic<bool> g_has_told_of_file{false};
std::mutex g_mutex;  // of the listener
std::function<void(const std::string&)> g_listener;
std::mutex g_terminal_mutex;  // of the block
std::vector<std::string> g_block;

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  const std::string_view whole(name);
  return std::string(whole.substr(0, whole.find('.')));
}

void tell_listener(const std::string& line) {
  const std::lock_guard lock(g_mutex);
  if (g_listener) g_listener(line);
}

void erase_block() {
  if (!g_block.empty()) fmt::print(stderr, "\x1b[{}A\x1b[J", g_block.size());
}

void show_block() {
  for (const std::string& line : g_block) fmt::print(stderr, "{}\n", line);
}

void write_above_block(const std::string& line);

// Where the file takes no more, lines go to the terminal again.
void write_to_file(const std::string& line) {
  const std::string whole = line + '\n';
  if (std::fwrite(whole.data(), 1, whole.size(), g_file) == whole.size() && std::fflush(g_file) == 0) return;
  const int error = errno;
  if (!g_has_told_of_file.exchange(true))
    write_above_block(std::string("acrida: the log file cannot be written, the log goes on here: ") +
                      std::strerror(error));
  write_above_block(line);
}

void write_above_block(const std::string& line) {
  const std::lock_guard lock(g_terminal_mutex);
  erase_block();
  fmt::print(stderr, "{}\n", line);
  show_block();
}

}  // namespace

void set_up_log(std::string_view level, const std::string& file) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == level) g_least = static_cast<Level>(i);
  if (file.empty()) return;
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  g_file = std::fopen(file.c_str(), "ae");
  if (!g_file) throw std::system_error(errno, std::generic_category(), "cannot write the log file " + file);
}

void set_log_listener(std::function<void(const std::string&)> listener) {
  const std::lock_guard lock(g_mutex);
  g_listener = std::move(listener);
}

void write_log(Level level, std::string_view logger, std::string_view text) {
  if (level < g_least) return;
  static const std::string host = host_name();
  timeval now{};
  gettimeofday(&now, nullptr);
  tm local{};
  localtime_r(&now.tv_sec, &local);
  char date[32];
  strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &local);
  const std::string line = fmt::format("[{},{:03}] {}/{}/{}: {}", date, now.tv_usec / 1000, host,
                                       kNames[static_cast<std::size_t>(level)], logger, text);
  if (g_file) {
    write_to_file(line);
  } else {
    write_above_block(line);
  }
  tell_listener(line);
}

void write_table_line(const std::string& line) {
  write_above_block(line);
  tell_listener(line);
}

void set_live_lines(std::vector<std::string> lines) {
  const std::lock_guard lock(g_terminal_mutex);
  erase_block();
  g_block = std::move(lines);
  show_block();
}

}  // namespace acrida::program
