#pragma once

#include "acrida/export.h"

// What a task throws to change what comes next. None is a std::exception, so that a `catch (const std::exception&)` in
// a scenario does not hold it back. Any other exception is a failure of the scenario: counted, shown, and the user goes
// on after its wait time.
namespace acrida {

struct ACRIDA_API StopUser {};                   // this user ends, after the on_stop of its task sets and its own
struct ACRIDA_API RescheduleTask {};             // this task is over: wait, then the next
struct ACRIDA_API RescheduleTaskImmediately {};  // this task is over: the next without a wait
struct ACRIDA_API InterruptTaskSet {             // this task set is over; TaskSet::interrupt() throws it
  bool reschedule = true;                        // true: the one around it goes on at once, false: it waits first
};

}  // namespace acrida
