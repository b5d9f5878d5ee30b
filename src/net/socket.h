#pragma once

#include <sys/uio.h>
#include <time.h>

#include <cstddef>

#include "net/address.h"
#include "reactor/descriptor.h"

namespace acrida::net {

// Begins a connection: a non-blocking TCP socket without delays (Nagle) that stamps what it receives.
// On failure the descriptor is empty and `error` is the errno.
reactor::Descriptor begin_connect(const Address& address, int& error);

// While such a socket is open the kernel stamps what arrives for any socket that asked for it. It begins some time
// after the first one has asked, so whoever wants stamps keeps one from the start. Empty if there is none to have.
reactor::Descriptor keep_stamps_on();

// What became of a connection once the socket is writable: 0 or an errno.
int connect_result(int fd);

struct Received {
  ssize_t size = 0;  // 0: orderly end, -1: see error
  int error = 0;     // errno; EAGAIN: nothing there
  bool has_stamp = false;
  timespec stamp{};  // CLOCK_REALTIME at which the kernel got the last segment of this piece
};

Received receive(int fd, char* buffer, std::size_t size);

// Like writev, without SIGPIPE. Bytes written, or -errno.
ssize_t send_pieces(int fd, const iovec* pieces, int count);
ssize_t send_bytes(int fd, const char* bytes, std::size_t size);

}  // namespace acrida::net
