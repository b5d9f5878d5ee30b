#pragma once

namespace acrida::web {

// Has a descriptor closed in every forked child, before fork() returns there: a child that lives on would keep the port
// of a server that has ended. (Programs that are started are no matter: every descriptor is CLOEXEC.)
//
// Owner   whoever owns the descriptor; it dies before the descriptor is closed. A child must not destroy either.
// Thread  any.
// Fails   never (without memory the process ends).
class ClosedOnFork {
 public:
  explicit ClosedOnFork(int descriptor);
  ~ClosedOnFork() { forget(); }
  ClosedOnFork(const ClosedOnFork&) = delete;
  ClosedOnFork& operator=(const ClosedOnFork&) = delete;

  // Somebody closes it now.
  void forget();

 private:
  int descriptor_;
};

}  // namespace acrida::web
