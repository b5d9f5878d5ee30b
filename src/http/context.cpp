#include "http/context.h"

#include <utility>

#include "http/client.h"
#include "http/connection.h"

namespace acrida::http {

Context::Context(reactor::Reactor& r) : reactor(r), resolver(r) {}

Context::~Context() { bury(); }

void Context::bury() {
  while (!closed_connections.empty() || !closed_clients.empty()) {  // a client closes its idle connections
    for (Connection* connection : std::exchange(closed_connections, {})) delete connection;
    for (Client* client : std::exchange(closed_clients, {})) delete client;
  }
}

}  // namespace acrida::http
