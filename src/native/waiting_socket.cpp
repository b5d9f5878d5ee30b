#include "native/waiting_socket.h"

#include <fmt/core.h>
#include <netdb.h>

#include <cerrno>
#include <cstring>

#include <acrida/net.h>

namespace acrida::native {

WaitingSocket::WaitingSocket(Loop& loop, std::string peer, double timeout_s)
    : loop_(loop), peer_(std::move(peer)), timeout_s_(timeout_s) {}

WaitingSocket::~WaitingSocket() { close(); }

void WaitingSocket::use(reactor::Descriptor socket) {
  close();
  socket_ = std::move(socket);
  is_readable_ = is_writable_ = false;
  if (!loop_.reactor().add(socket_.get(), this)) fail(std::strerror(errno));
}

void WaitingSocket::close() {
  if (!socket_) return;
  loop_.reactor().forget(socket_.get(), this);
  socket_.close();
}

void WaitingSocket::fail(const std::string& why) const { throw SocketError(peer_ + ": " + why); }

void WaitingSocket::on_ready(reactor::Readiness readiness) {
  is_readable_ |= readiness.readable || readiness.hangup;
  is_writable_ |= readiness.writable || readiness.hangup;
  if (waiter_) waiter_->set();
}

void WaitingSocket::wait(bool& flag, const char* what) {
  loop_.check_caller("A wait for a socket");
  const base::Instant deadline = base::now() + base::from_seconds(timeout_s_);
  while (!flag) {
    fiber::Event ready(loop_.fibers());
    struct Announced {  // gone whichever way we leave
      fiber::Event*& place;
      ~Announced() { place = nullptr; }
    } const announced{waiter_ = &ready};
    if (timeout_s_ <= 0)
      ready.wait();
    else if (!ready.wait_until(loop_.reactor().timers(), deadline))
      fail(fmt::format("waited {} s {} it", timeout_s_, what));
  }
}

net::Addresses look_up(Loop& loop, const std::string& host) {
  struct Waiter final : net::LookupWaiter {
    Waiter(Loop& l) : loop(l), done(l.fibers()) {}
    ~Waiter() { loop.resolver().forget(this); }
    void on_addresses(const net::Addresses& found) override {
      addresses = found;
      done.set();
    }
    void on_lookup_failed(int eai_code) override {
      code = eai_code;
      done.set();
    }
    Loop& loop;
    fiber::Event done;
    net::Addresses addresses;
    int code = 0;
  } waiter(loop);
  net::Addresses known = loop.resolver().find(host, &waiter);
  if (!known.empty()) return known;
  waiter.done.wait();
  if (waiter.addresses.empty()) throw SocketError(host + ": " + gai_strerror(waiter.code));
  return waiter.addresses;
}

}  // namespace acrida::native
