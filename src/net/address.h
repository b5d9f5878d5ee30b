#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace acrida::net {

// One IPv4 or IPv6 address with its port. A value.
class Address {
 public:
  Address() = default;
  // From what the system's calls hand out; AF_INET or AF_INET6.
  Address(const sockaddr* address, socklen_t size);

  int family() const { return storage_.any.sa_family; }
  std::uint16_t port() const;
  Address with_port(std::uint16_t port) const;
  const sockaddr* data() const { return &storage_.any; }
  socklen_t size() const { return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }
  // "127.0.0.1:80", "[::1]:80"
  std::string to_text() const;

 private:
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } storage_{};
};

using Addresses = std::vector<Address>;

// "127.0.0.1", "::1", "fe80::1%eth0": no name look-up needed. Nothing if `host` is a name.
std::optional<Address> parse_numeric(std::string_view host);

}  // namespace acrida::net
