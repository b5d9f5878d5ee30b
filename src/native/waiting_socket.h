#pragma once

#include <string>
#include <string_view>

#include "fiber/event.h"
#include "native/loop.h"
#include "net/address.h"
#include "reactor/descriptor.h"

namespace acrida::native {

// A non-blocking socket whose user parks until it is ready.
//
// Owner   a scenario's socket. Thread: its loop's. Fails: SocketError with `peer` in it; Killed.
class WaitingSocket final : public reactor::Handler {
 public:
  WaitingSocket(Loop& loop, std::string peer, double timeout_s);
  ~WaitingSocket();
  WaitingSocket(const WaitingSocket&) = delete;
  WaitingSocket& operator=(const WaitingSocket&) = delete;

  void use(reactor::Descriptor socket);
  int fd() const { return socket_.get(); }
  void wait_readable() { wait(is_readable_, "to receive anything from"); }
  void wait_writable(const char* what = "to send anything to") { wait(is_writable_, what); }
  // The kernel has said EAGAIN.
  void found_empty() { is_readable_ = false; }
  void found_full() { is_writable_ = false; }
  void close();
  [[noreturn]] void fail(const std::string& why) const;
  const std::string& peer() const { return peer_; }
  Loop& loop() { return loop_; }

  void on_ready(reactor::Readiness readiness) override;

 private:
  void wait(bool& flag, const char* what);

  Loop& loop_;
  const std::string peer_;
  const double timeout_s_;
  reactor::Descriptor socket_;
  bool is_readable_ = false, is_writable_ = false;
  fiber::Event* waiter_ = nullptr;
};

// The addresses of a name; parks. SocketError when there are none.
net::Addresses look_up(Loop& loop, const std::string& host);

}  // namespace acrida::native
