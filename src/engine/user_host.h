#pragma once

#include <cstddef>
#include <cstdint>

namespace acrida::engine {

// What a Run needs of whoever brings users to life (fibers on loop threads: native::Crowd). Nothing here waits.
//
// Owner   outlives the Run. Thread: the Run's. Classes are numbered as the Run was given them.
class UserHost {
 public:
  virtual void spawn(std::size_t user_class, std::int64_t count) = 0;
  // The youngest of the class end in an orderly way: at once if they wait, after their task otherwise. From now on they
  // are leaving, and no longer staying.
  virtual void ask_to_stop(std::size_t user_class, std::int64_t count) = 0;
  // All who are leaving end where they are.
  virtual void kill_leaving() = 0;

  virtual std::int64_t staying(std::size_t user_class) const = 0;
  virtual std::int64_t leaving() const = 0;

 protected:
  ~UserHost() = default;
};

}  // namespace acrida::engine
