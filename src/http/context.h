#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "http/completions.h"
#include "http/counters.h"
#include "http/tally.h"
#include "http/tls_registry.h"
#include "net/kernel_clock.h"
#include "net/resolver.h"
#include "net/socket.h"
#include "reactor/reactor.h"
#include "wire/content_coding.h"
#include "wire/head_memory.h"

namespace acrida::http {

class Client;
class Connection;

// What all connections of a service share. Owner: the service. Thread: the loop's.
struct Context {
  static constexpr std::size_t kBufferBytes = 64 * 1024;

  explicit Context(reactor::Reactor& r);
  ~Context();
  // Counts what has been answered and lets it go back to its callers.
  void hand_over() {
    tally.count();
    completions.flush();
  }
  // Frees what has ended in this turn.
  void bury();

  reactor::Reactor& reactor;
  net::Resolver resolver;
  net::KernelClock clock;
  reactor::Descriptor stamps{net::keep_stamps_on()};
  TlsRegistry tls;
  wire::HeadMemory heads;
  Tally tally;
  Completions completions;
  Counters counters;
  // One buffer for all sockets: idle connections hold none.
  std::unique_ptr<char[]> received{new char[kBufferBytes]};
  std::unique_ptr<char[]> decrypted{new char[kBufferBytes]};
  std::string scratch;  // a small TLS request in one piece; a body before it is decoded
  std::vector<std::unique_ptr<wire::ContentDecoder>> decoders;  // not in use now
  Connection* connections = nullptr;                            // all of them, linked
  std::vector<Connection*> closed_connections;                  // callers up the stack may still be inside of them
  std::vector<Client*> closed_clients;
  bool is_shutting_down = false;
};

}  // namespace acrida::http
