#include "app/greeting.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <memory>
#include <string_view>

#include "reactor/descriptor.h"

namespace acrida::app {

namespace {

constexpr timeval kPatience{2, 0};
// ZeroMQ's greeting (ZMTP 3.1): signature, version, then the mechanism in 20 bytes.
constexpr std::string_view kHello{"\xff\0\0\0\0\0\0\0\1\x7f\3\1", 12};
constexpr std::size_t kMechanismAt = 12, kMechanismBytes = 20;

reactor::Descriptor connect_to(const std::string& host, std::uint16_t port) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
  for (const addrinfo* one = found; one; one = one->ai_next) {
    reactor::Descriptor socket(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);  // of connect(), too
    if (socket && connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0) return socket;
  }
  return {};
}

}  // namespace

bool encrypts(const std::string& host, std::uint16_t port) {
  const reactor::Descriptor peer = connect_to(host, port);
  if (!peer || send(peer.get(), kHello.data(), kHello.size(), MSG_NOSIGNAL) < 0) return false;
  std::string greeting;
  std::array<char, 64> piece{};
  while (greeting.size() < kMechanismAt + kMechanismBytes) {
    const ssize_t got = recv(peer.get(), piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    greeting.append(piece.data(), static_cast<std::size_t>(got));
  }
  return std::string_view(greeting).substr(kMechanismAt, 6) == std::string_view("CURVE\0", 6);
}

}  // namespace acrida::app
