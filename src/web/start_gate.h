#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace acrida::web {

// Of several who press "start" at once, one wins.
//
// Owner   the site. Thread: any. Fails: never.
class StartGate {
 public:
  enum class Verdict { Go, AnotherIsStarting, AnotherHasStarted };

  // A change of a run that is on its way (`is_idle` false) may always go. `seen` is the number of the last test that
  // the caller knows of, `current` the one that is true now; who does not say has no opinion. After Go of a start call
  // done().
  Verdict try_begin(bool is_idle, std::optional<std::uint64_t> seen, std::uint64_t current) {
    if (seen && *seen != current) return Verdict::AnotherHasStarted;
    if (!is_idle) return Verdict::Go;
    bool expected = false;
    return is_starting_.compare_exchange_strong(expected, true) ? Verdict::Go : Verdict::AnotherIsStarting;
  }
  // The start is visible in the run's state, or has failed.
  void done() { is_starting_.store(false); }

 private:
  std::atomic<bool> is_starting_{false};
};

}  // namespace acrida::web
