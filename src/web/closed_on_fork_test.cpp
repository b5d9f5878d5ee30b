#include "web/closed_on_fork.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using acrida::web::ClosedOnFork;

namespace {

bool is_open(int descriptor) { return fcntl(descriptor, F_GETFD) != -1; }

// Bit 0: the child has the first one, bit 1: the second one.
int seen_by_a_child(int first, int second) {
  const pid_t child = fork();
  if (child == 0) _exit((is_open(first) ? 1 : 0) + (is_open(second) ? 2 : 0));
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a forked child has what nobody asked to close, and no more") {
  int pipe_ends[2];
  REQUIRE(pipe2(pipe_ends, O_CLOEXEC) == 0);
  const auto [first, second] = pipe_ends;
  {
    ClosedOnFork guard(first);
    CHECK(seen_by_a_child(first, second) == 2);
    CHECK(is_open(first));
    guard.forget();
    CHECK(seen_by_a_child(first, second) == 3);
  }
  {
    const ClosedOnFork guard(second);
    CHECK(seen_by_a_child(first, second) == 1);
  }
  CHECK(seen_by_a_child(first, second) == 3);
  close(first);
  close(second);
}
