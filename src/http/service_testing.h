#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "http/local_service.h"
#include "http/server_testing.h"
#include "reactor/reactor.h"
#include "reactor/thread.h"

namespace acrida::http {

// Counts what the data thread records.
class CountingRecorder final : public stats::Recorder {
 public:
  void record(base::Duration response_time, std::int64_t body_bytes,
              base::Duration ended_since_epoch) noexcept override;
  int count = 0;
  base::Duration last_time{0};
  std::int64_t last_bytes = 0;
  base::Duration last_ended{0};  // since the Unix epoch
};

// TLS without verification.
const TlsSettings* unverified();

// A service on a thread of its own, and this thread in the role of the hub.
class ServiceBench {
 public:
  ServiceBench();
  ~ServiceBench();

  Client* client(std::size_t connections = 10, const Proxy* proxy = nullptr);
  // A new GET to that port, owned by the bench.
  Operation& request(Client* client, std::uint16_t port, std::string_view method = "GET", std::string_view body = {});

  void submit(Operation& operation);
  void want_more(Operation& operation);
  // False: it was completed already.
  bool cancel(Operation& operation);
  // Until this one is back. Fails the test when nothing comes back for 20 s.
  void wait(Operation& operation);
  bool is_back(const Operation& operation) const { return back_.count(&operation) != 0; }
  // submit() and wait()
  Operation& run(Operation& operation);
  Operation& get(Client* c, const TestingServer& server) { return run(request(c, server.port())); }
  // Reads a streamed answer to its end.
  std::string read_stream(Operation& operation);

  // The order in which operations came back.
  const std::vector<Operation*>& arrivals() const { return arrivals_; }
  Service& service() { return *service_; }
  ServiceCounters counters() const { return service_->counters(); }
  // Ends the loop; operations under way come back.
  void stop();

 private:
  void collect();

  reactor::Reactor reactor_;
  std::unique_ptr<LocalService> service_;
  std::unique_ptr<reactor::Thread> thread_;
  reactor::Mailbox replies_;
  reactor::Descriptor bell_;
  std::deque<Operation> operations_;
  std::deque<std::string> bodies_;
  std::vector<Client*> clients_;
  std::set<const Operation*> back_;
  std::vector<Operation*> arrivals_;
};

}  // namespace acrida::http
