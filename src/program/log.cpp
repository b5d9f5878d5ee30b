#include "program/log.h"

#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace acrida::program {

namespace {

constexpr std::array<std::string_view, 5> kNames{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
Level g_least = Level::Info;

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  const std::string_view whole(name);
  return std::string(whole.substr(0, whole.find('.')));
}

}  // namespace

void set_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) g_least = static_cast<Level>(i);
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
  fmt::print(stderr, "[{},{:03}] {}/{}/{}: {}\n", date, now.tv_usec / 1000, host,
             kNames[static_cast<std::size_t>(level)], logger, text);
}

}  // namespace acrida::program
