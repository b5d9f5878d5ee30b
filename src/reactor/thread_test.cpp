#include "reactor/thread.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <semaphore>
#include <string>

using acrida::reactor::Thread;

TEST_CASE("a thread has its name and takes no signals; the thread that made it still does") {
  sigset_t before, after, inside;
  sigemptyset(&inside);
  std::string name;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  {
    Thread thread("acrida-test", [&] {
      char text[16] = "";
      pthread_getname_np(pthread_self(), text, sizeof text);
      name = text;
      pthread_sigmask(SIG_SETMASK, nullptr, &inside);
    });
  }  // joined here
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  CHECK(name == "acrida-test");
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGPIPE}) {
    CHECK(sigismember(&inside, signal) == 1);
    CHECK(sigismember(&after, signal) == sigismember(&before, signal));
  }
}

TEST_CASE("in a forked child the thread does not exist, and joining it does nothing") {
  std::binary_semaphore may_end{0};
  Thread thread("acrida-test", [&] { may_end.acquire(); });
  const pid_t child = fork();
  if (child == 0) {
    thread.join();  // would wait for ever
    _exit(0);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  may_end.release();
}
