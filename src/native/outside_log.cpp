#include "native/outside_log.h"

#include <atomic>
#include <cstdio>

namespace acrida::native {

namespace {
std::atomic<OutsideLog> g_log{nullptr};
}

void set_outside_log(OutsideLog log) { g_log = log; }

void log_outside(const std::string& text) {
  if (const OutsideLog log = g_log)
    log(text);
  else
    std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace acrida::native
