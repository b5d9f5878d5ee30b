#include "net/socket.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace acrida::net {

namespace {

// The library's send() and recvmsg() are cancellation points: four locked instructions for each call, in a program
// with threads, for something that nobody here ever does.
long receive_message(int fd, msghdr* message) { return syscall(SYS_recvmsg, fd, message, 0); }
long send_message(int fd, const msghdr* message) { return syscall(SYS_sendmsg, fd, message, MSG_NOSIGNAL); }
long send_plain(int fd, const char* bytes, std::size_t size) {
  return syscall(SYS_sendto, fd, bytes, size, MSG_NOSIGNAL, nullptr, 0);
}

void ask_for_stamps(const reactor::Descriptor& socket) {
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);  // without it the read time is used
}

}  // namespace

reactor::Descriptor keep_stamps_on() {
  reactor::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket) ask_for_stamps(socket);
  return socket;
}

reactor::Descriptor begin_connect(const Address& address, int& error) {
  reactor::Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  error = 0;
  if (!socket) {
    error = errno;
    return socket;
  }
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ask_for_stamps(socket);
  if (::connect(socket.get(), address.data(), address.size()) != 0 && errno != EINPROGRESS) {
    error = errno;
    socket.close();
  }
  return socket;
}

int connect_result(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

Received receive(int fd, char* buffer, std::size_t size) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))];
  iovec piece{buffer, size};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  Received received;
  do {
    received.size = receive_message(fd, &message);
  } while (received.size < 0 && errno == EINTR);
  if (received.size < 0) {
    received.error = errno;
    return received;
  }
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
    std::memcpy(&received.stamp, CMSG_DATA(header), sizeof received.stamp);
    received.has_stamp = true;
  }
  return received;
}

ssize_t send_pieces(int fd, const iovec* pieces, int count) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = static_cast<std::size_t>(count);
  ssize_t written = 0;
  do {
    written = send_message(fd, &message);
  } while (written < 0 && errno == EINTR);
  return written < 0 ? -errno : written;
}

ssize_t send_bytes(int fd, const char* bytes, std::size_t size) {
  ssize_t written = 0;
  do {
    written = send_plain(fd, bytes, size);
  } while (written < 0 && errno == EINTR);
  return written < 0 ? -errno : written;
}

}  // namespace acrida::net
