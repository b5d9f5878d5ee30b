#pragma once

#include <memory>

#include "http/local_service.h"
#include "reactor/reactor.h"
#include "reactor/thread.h"

namespace acrida::app {

// The thread that owns sockets, TLS, HTTP and receive times. It never takes the GIL.
//
// Owner   the process, see data_thread().
// Thread  any; stop() once.
// Fails   the constructor throws std::system_error when the system has no descriptor or thread left.
class DataThread {
 public:
  DataThread();
  ~DataThread();

  http::Service& service() { return service_; }

  // Ends every operation and connection, then joins. What comes later is answered with ShuttingDown.
  void stop();

 private:
  reactor::Reactor reactor_;
  http::LocalService service_;
  reactor::Thread thread_;
  bool is_stopped_ = false;
};

// The process's data thread, started at the first call. A forked child gets a new one: its parent's is leaked there,
// since its thread does not exist and its connections are the parent's.
DataThread& data_thread();

// Stops it if it was started; data_thread() starts another. The stopped one stays in memory: objects that are
// collected later still close their clients.
void stop_data_thread();

}  // namespace acrida::app
