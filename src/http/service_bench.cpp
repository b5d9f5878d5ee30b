#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <string>

#include "http/local_service.h"
#include "reactor/reactor.h"
#include "reactor/thread.h"

// CPU time per request of the service, a plain loop on this thread in the role of the hub: every answered operation
// is submitted again at once. See docs of `make bench` for whole-program figures.
//
//   http_service_bench PORT CONNECTIONS SECONDS [https]

using namespace acrida;
using namespace acrida::http;

namespace {

double cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return 1e6 * static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

double user_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return 1e6 * static_cast<double>(used.ru_utime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec);
}

long resident_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::atol(line.c_str() + 6);
  }
  return 0;
}

class Totals final : public stats::Recorder {
 public:
  void record(base::Duration, std::int64_t, base::Duration) noexcept override { ++count; }
  std::uint64_t count = 0;
};

struct Hub {
  reactor::Mailbox replies;
  reactor::Descriptor bell{eventfd(0, EFD_CLOEXEC)};
  static void wake(void* self) { eventfd_write(static_cast<Hub*>(self)->bell.get(), 1); }
  void sleep() {
    eventfd_t rings = 0;
    eventfd_read(bell.get(), &rings);
  }
};

const TlsSettings* unverified() {
  TlsSettings settings;
  settings.verify = false;
  return intern_tls(settings);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s PORT CONNECTIONS SECONDS [https]\n", argv[0]);
    return 2;
  }
  const bool is_tls = argc > 4;
  const Origin* origin = intern_origin(is_tls, "127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[1])));
  const int connections = std::atoi(argv[2]);
  const double seconds = std::atof(argv[3]);

  reactor::Reactor reactor;
  LocalService service(reactor);
  reactor::Thread thread("acrida-data", [&] { reactor.run(service); });
  Hub hub;
  Totals totals;
  std::deque<Operation> operations;
  bool needs_wake = false;
  const long before_kb = resident_kb();
  for (int i = 0; i < connections; ++i) {
    Operation& operation = operations.emplace_back();
    operation.client = service.open_client({.connections_per_origin = 1, .proxy = nullptr});
    operation.origin = origin;
    operation.tls = is_tls ? unverified() : nullptr;
    operation.head = "GET / HTTP/1.1\r\nHost: " + origin->authority + "\r\n\r\n";
    operation.recorder = &totals;
    operation.idle_timeout = operation.connect_timeout = std::chrono::seconds(60);
    operation.reply_to = &hub.replies;
    operation.wake_caller = Hub::wake;
    operation.wake_argument = &hub;
    needs_wake |= service.submit(&operation);
  }
  if (needs_wake) service.wake();

  std::uint64_t done = 0, failed = 0, batches = 0, measured_from = 0;
  double cpu_from = 0, user_from = 0;
  base::Instant from{}, now = base::now();
  const base::Instant warm_at = now + base::from_seconds(seconds * 0.2),
                      end_at = now + base::from_seconds(seconds * 1.2);
  while (now < end_at) {
    reactor::Letter* letter = hub.replies.collect();
    if (!letter) {
      if (hub.replies.fall_asleep()) hub.sleep();
      continue;
    }
    needs_wake = false;
    ++batches;
    while (letter) {
      auto* operation = static_cast<Operation*>(letter->content);
      letter = letter->next;
      ++done;
      if (operation->answer.status != 200) ++failed;
      needs_wake |= service.submit(operation);
    }
    if (needs_wake) service.wake();
    now = base::now();
    if (measured_from == 0 && now >= warm_at) {
      measured_from = done;
      from = now;
      cpu_from = cpu_us();
      user_from = user_us();
      batches = 0;
    }
  }
  const double count = static_cast<double>(done - measured_from);
  std::printf(
      "connections %d  requests/s %.0f  cpu us/request %.3f (user %.3f)  batch %.1f  failed %llu  rss kb/conn %.2f\n",
      connections, count / base::to_seconds(now - from), (cpu_us() - cpu_from) / count, (user_us() - user_from) / count,
      count / static_cast<double>(batches), static_cast<unsigned long long>(failed),
      static_cast<double>(resident_kb() - before_kb) / connections);
  reactor.stop();
  thread.join();
  service.shut_down();
  hub.replies.collect();
  return 0;
}
