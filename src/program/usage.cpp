#include "program/usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace acrida::program {

double Usage::used_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

bool Usage::measure(base::Instant now) {
  const base::Duration passed = now - measured_at_;
  if (passed < kInterval) return false;
  const double used = used_seconds();
  cpu_percent_ = 100 * (used - used_seconds_) / base::to_seconds(passed);
  used_seconds_ = used;
  measured_at_ = now;
  std::int64_t all_pages = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> all_pages >> pages;
  memory_bytes_ = pages * sysconf(_SC_PAGESIZE);
  return true;
}

}  // namespace acrida::program
