#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "reactor/thread.h"

namespace acrida::app {

// The thread of everything that must go on while Python is busy: the web server, the links to other nodes, their
// timers. One loop; nothing on it may block, and nothing on it takes the GIL.
//
// Owner   the process, see control_thread().
// Thread  any; stop() once. What is posted to loop() runs on the thread.
// Fails   the constructor throws std::system_error when the system has no descriptor or thread left. An exception that
//         leaves a handler is a mistake of ours: its text goes to stderr and the loop goes on.
class ControlThread {
 public:
  ControlThread();
  ~ControlThread();

  boost::asio::io_context& loop() { return loop_; }

  // Ends the loop after the handler that runs now and joins; what is still queued never runs.
  void stop();

 private:
  void run();

  boost::asio::io_context loop_{1};  // one thread runs it; posting to it is allowed from any
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays_{loop_.get_executor()};
  reactor::Thread thread_;
  bool is_stopped_ = false;
};

// The process's control thread, started at the first call. A forked child gets a new one: its parent's is leaked there,
// since its thread does not exist and its sockets are the parent's.
ControlThread& control_thread();

// Stops it if it was started; control_thread() starts another. The stopped one stays in memory: sockets and timers of
// objects that are collected later still refer to its loop. Holders of the GIL give it away for this.
void stop_control_thread();

}  // namespace acrida::app
