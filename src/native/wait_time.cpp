#include <acrida/wait_time.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <acrida/user.h>
#include "base/time.h"

namespace acrida {

double pacing(Subject& subject, double seconds) {
  const double now = base::to_seconds(base::now().time_since_epoch());
  const double run_time = now - subject.last_run_ - subject.last_wait_;
  subject.last_wait_ = std::max(0.0, seconds - run_time);
  subject.last_run_ = now;
  return subject.last_wait_;
}

WaitTime between(double min, double max) {
  return WaitTime([min, max](Subject& subject) { return subject.random().uniform(min, max); });
}

WaitTime constant(double seconds) {
  return WaitTime([seconds](Subject&) { return seconds; });
}

WaitTime constant_pacing(double seconds) {
  return WaitTime([seconds](Subject& subject) { return pacing(subject, seconds); });
}

WaitTime constant_throughput(double tasks_per_second) {
  if (!(tasks_per_second > 0)) throw std::invalid_argument("constant_throughput needs a number above 0");
  return constant_pacing(1 / tasks_per_second);
}

WaitTime poisson(double tasks_per_second) {
  if (!(tasks_per_second > 0)) throw std::invalid_argument("poisson needs a number above 0");
  return WaitTime(
      [tasks_per_second](Subject& subject) { return -std::log1p(-subject.random().real()) / tasks_per_second; });
}

}  // namespace acrida
