#pragma once

#include <string>
#include <string_view>

#include "acrida/export.h"
#include "acrida/flow.h"
#include "acrida/http.h"
#include "acrida/random.h"
#include "acrida/wait_time.h"

namespace acrida {

namespace detail {
struct UserState;
}

// What users and task sets have in common: tasks run on them.
class ACRIDA_API Subject {
 public:
  Subject();
  virtual ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // Once before the first task, and once in an orderly end.
  virtual void on_start() {}
  virtual void on_stop() {}
  // Seconds between two tasks; unless overridden what the class was given with wait_time(…).
  virtual double wait_time();

  // This user's own random numbers.
  Random& random();
  // Waits as between two tasks, in the middle of one; a stop of the run ends the user here.
  void wait();

 protected:
  detail::UserState& state() const { return *state_; }

 private:
  friend class WaitTime;
  friend ACRIDA_API double pacing(Subject& subject, double seconds);
  detail::UserState* state_;
  double last_run_ = 0, last_wait_ = 0;  // of constant_pacing
};

// One simulated user. Derive from it, and say in `static void define(UserType&)` what it does: see scenario.h. Its
// members are its own: no other user and no other thread sees them.
class ACRIDA_API User : public Subject {
 public:
  // The base address of the system under test: --host, or what the class was given.
  const std::string& host() const;
  std::string_view class_name() const;
  // Ends this user after its task.
  void stop();
};

// A user that talks HTTP.
class ACRIDA_API HttpUser : public User {
 public:
  HttpClient client;
};

}  // namespace acrida
