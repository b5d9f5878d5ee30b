#pragma once

#include <memory>

namespace acrida::native {

// While it lives, a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) of its thread says first which task it was in, and
// whether its stack was too small; then the process ends as it would have without it.
//
// Owner   a loop's thread, which makes and destroys it.
class CrashReporter {
 public:
  CrashReporter();
  ~CrashReporter();
  CrashReporter(const CrashReporter&) = delete;
  CrashReporter& operator=(const CrashReporter&) = delete;

 private:
  std::unique_ptr<char[]> stack_;  // handlers need one of their own: the fiber's may have ended
};

}  // namespace acrida::native
