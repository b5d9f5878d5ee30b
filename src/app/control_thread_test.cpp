#include "app/control_thread.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <stdexcept>
#include <string>

using namespace acrida;

namespace {

// What `ask()` answers on the control thread.
template <class Ask>
auto on_control_thread(Ask ask) {
  std::packaged_task<decltype(ask())()> task(std::move(ask));
  auto answer = task.get_future();
  boost::asio::post(app::control_thread().loop(), std::move(task));
  return answer.get();
}

std::string thread_name() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return name;
}

}  // namespace

TEST_CASE("handlers and timers run on one named thread that takes no signals") {
  CHECK(on_control_thread(thread_name) == "acrida-control");
  CHECK(on_control_thread([] {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    return sigismember(&blocked, SIGINT) == 1 && sigismember(&blocked, SIGTERM) == 1;
  }));
  std::promise<std::string> fired;
  boost::asio::steady_timer timer(app::control_thread().loop(), std::chrono::milliseconds(1));
  timer.async_wait([&](auto) { fired.set_value(thread_name()); });
  CHECK(fired.get_future().get() == "acrida-control");
}

TEST_CASE("an exception that leaves a handler does not end the loop") {
  boost::asio::post(app::control_thread().loop(), [] { throw std::runtime_error("thrown by a test"); });
  CHECK(on_control_thread([] { return 7; }) == 7);
}

TEST_CASE("the control thread starts at first use, and again in a forked child") {
#ifdef __SANITIZE_THREAD__
  return;  // the thread sanitizer refuses threads in the child of a program that has some
#endif
  app::ControlThread* ours = &app::control_thread();
  CHECK(ours == &app::control_thread());
  const pid_t child = fork();
  if (child == 0) {
    const bool is_good = &app::control_thread() != ours && on_control_thread([] { return 1; }) == 1;
    app::stop_control_thread();
    _exit(is_good ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(on_control_thread([] { return 2; }) == 2);
}

TEST_CASE("after a stop nothing runs on the old loop, and a new one can be had") {
  boost::asio::io_context& old_loop = app::control_thread().loop();
  app::stop_control_thread();
  app::stop_control_thread();
  bool has_run = false;
  boost::asio::post(old_loop, [&] { has_run = true; });
  CHECK(&app::control_thread().loop() != &old_loop);
  CHECK(on_control_thread([] { return 3; }) == 3);
  CHECK_FALSE(has_run);
  app::stop_control_thread();
}
