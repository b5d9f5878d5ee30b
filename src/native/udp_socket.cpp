#include <fmt/core.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <acrida/net.h>
#include "native/waiting_socket.h"

namespace acrida {

struct UdpSocket::State {
  State(const std::string& host, std::uint16_t port, double timeout)
      : socket(native::loop_of_caller("UdpSocket"), fmt::format("{}:{}", host, port), timeout) {
    const net::Address address = native::look_up(socket.loop(), host).front().with_port(port);
    reactor::Descriptor descriptor(::socket(address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!descriptor || ::connect(descriptor.get(), address.data(), address.size()) != 0)
      socket.fail(std::strerror(errno));
    socket.use(std::move(descriptor));
  }
  native::WaitingSocket socket;
};

UdpSocket::UdpSocket(const std::string& host, std::uint16_t port, double timeout)
    : state_(std::make_unique<State>(host, port, timeout)) {}
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&&) noexcept = default;
UdpSocket::~UdpSocket() = default;

void UdpSocket::send(std::string_view datagram) {
  native::WaitingSocket& socket = state_->socket;
  while (::send(socket.fd(), datagram.data(), datagram.size(), MSG_NOSIGNAL) < 0) {
    if (errno != EAGAIN) socket.fail(std::strerror(errno));
    socket.found_full();
    socket.wait_writable();
  }
}

std::string UdpSocket::receive() {
  native::WaitingSocket& socket = state_->socket;
  std::string datagram(64 * 1024, '\0');
  for (;;) {
    const ssize_t size = ::recv(socket.fd(), datagram.data(), datagram.size(), 0);
    if (size >= 0) {
      datagram.resize(static_cast<std::size_t>(size));
      return datagram;
    }
    if (errno != EAGAIN) socket.fail(std::strerror(errno));
    socket.found_empty();
    socket.wait_readable();
  }
}

}  // namespace acrida
