#pragma once

#include <functional>

#include "acrida/export.h"

namespace acrida {

class Subject;

// How long a user waits after a task, in seconds: what `wait_time` of a user or a task set is set to.
class ACRIDA_API WaitTime {
 public:
  // Called after each task with the user or task set; answers seconds.
  using Rule = std::function<double(Subject&)>;
  WaitTime(Rule rule) : rule_(std::move(rule)) {}
  double operator()(Subject& subject) const { return rule_(subject); }

 private:
  Rule rule_;
};

// Anything from `min` to `max`.
ACRIDA_API WaitTime between(double min, double max);
// Always the same.
ACRIDA_API WaitTime constant(double seconds);
// A task every so many seconds, however long it takes, but never two at once.
ACRIDA_API WaitTime constant_pacing(double seconds);
// At most so many tasks a second. Throws std::invalid_argument for 0.
ACRIDA_API WaitTime constant_throughput(double tasks_per_second);
// Waits as between the arrivals of a Poisson process: so many a second on average.
ACRIDA_API WaitTime poisson(double tasks_per_second);

}  // namespace acrida
