#pragma once

#include "acrida/user.h"

namespace acrida {

// Tasks that belong together, nested in a user or in another set; a new one is made each time it is entered, and it
// lasts until it is interrupted. Its tasks stand in `static void define(TaskSetType&)`.
class ACRIDA_API TaskSet : public Subject {
 public:
  // The user that runs it.
  template <class T>
  T& user() const {
    return static_cast<T&>(base_user());
  }
  User& base_user() const;
  // Of an HttpUser; std::logic_error for other users.
  HttpClient& client() const;
  double wait_time() override;  // the user's, unless the set was given one

  // Ends the set; the one around it goes on at once, or (false) waits first.
  [[noreturn]] void interrupt(bool reschedule = true) { throw InterruptTaskSet{reschedule}; }
};

// Its tasks run in the order in which they are defined, again and again; one of weight 3 three times in a row.
class ACRIDA_API SequentialTaskSet : public TaskSet {};

// Its tasks follow each other by the transitions of its definition, beginning with the first.
class ACRIDA_API MarkovTaskSet : public TaskSet {};

}  // namespace acrida
