#pragma once

#include <Python.h>

namespace acrida::python {

// CPython gives every greenlet that has run Python code a chunk of 16 KB for its frames, one page of which is in
// memory for good. A greenlet that waits without any Python frame needs none: for the life of this object its empty
// chunk is lent to whoever runs next.
//
// Does nothing where a frame is alive, or on versions of CPython whose thread state is laid out differently.
class LentDataStack {
 public:
  LentDataStack();
  ~LentDataStack();
  LentDataStack(const LentDataStack&) = delete;
  LentDataStack& operator=(const LentDataStack&) = delete;

 private:
  bool is_lent_ = false;
};

}  // namespace acrida::python
