#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cluster/messages.h"

namespace acrida::cluster {

// Exceptions of tasks on their way to the master. A task may fail ten thousand times a second: a few go at once, the
// rest is added up and follows second by second. A master of the extended dialect is told how often each came; any
// other counts messages, so that it gets one for each, as far as a few per second can be that.
//
// Owner   a Worker. Thread: its own. Fails: never; what the master cannot be told is counted.
class ExceptionSender {
 public:
  static constexpr int kMostPerSecond = 50;
  static constexpr std::size_t kMostKinds = 1'000;

  // What to send now.
  std::vector<TaskException> add(TaskException exception, bool can_count);
  std::vector<TaskException> second_over(bool can_count);
  // The test is over: what is left, if the master can count.
  std::vector<TaskException> last(bool can_count);
  // How many it has not been and will not be told; asked once.
  std::int64_t take_untold();

 private:
  std::vector<TaskException> send_some(bool can_count);

  std::map<std::pair<std::string, std::string>, std::int64_t> waiting_;  // by traceback and message
  std::int64_t untold_ = 0;
  int left_ = kMostPerSecond;  // of this second
};

}  // namespace acrida::cluster
