#include "net/address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <cstring>

namespace acrida::net {

Address::Address(const sockaddr* address, socklen_t size) {
  std::memcpy(&storage_, address, std::min<std::size_t>(size, sizeof storage_));
}

std::uint16_t Address::port() const {
  return ntohs(family() == AF_INET6 ? storage_.v6.sin6_port : storage_.v4.sin_port);
}

Address Address::with_port(std::uint16_t port) const {
  Address copy = *this;
  (family() == AF_INET6 ? copy.storage_.v6.sin6_port : copy.storage_.v4.sin_port) = htons(port);
  return copy;
}

std::string Address::to_text() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET6) {
    inet_ntop(AF_INET6, &storage_.v6.sin6_addr, text, sizeof text);
    return "[" + std::string(text) + "]:" + std::to_string(port());
  }
  inet_ntop(AF_INET, &storage_.v4.sin_addr, text, sizeof text);
  return std::string(text) + ":" + std::to_string(port());
}

std::optional<Address> parse_numeric(std::string_view host) {
  const std::string text(host);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    return Address(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  const auto zone = text.find('%');
  if (inet_pton(AF_INET6, text.substr(0, zone).c_str(), &v6.sin6_addr) != 1) return std::nullopt;
  if (zone != std::string::npos) v6.sin6_scope_id = if_nametoindex(text.c_str() + zone + 1);
  return Address(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

}  // namespace acrida::net
