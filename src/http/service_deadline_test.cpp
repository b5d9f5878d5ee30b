#include <doctest/doctest.h>

#include <functional>
#include <future>
#include <thread>

#include "http/service_testing.h"

using namespace acrida;
using namespace acrida::http;
using namespace std::chrono_literals;

// What a late data thread makes of time limits.
namespace {

// Holds the data thread up in the middle of a turn.
class StallingRecorder final : public stats::Recorder {
 public:
  explicit StallingRecorder(std::function<void()> stall) : stall_(std::move(stall)) {}
  void record(base::Duration, std::int64_t, base::Duration) noexcept override { stall_(); }

 private:
  std::function<void()> stall_;
};

struct DeadlineBench {
  std::promise<void> may_answer, has_answered;
  TestingServer slow{[this](Peer& peer) {
    peer.read_request();
    may_answer.get_future().wait();
    peer.send(ok_answer());
    has_answered.set_value();
    peer.wait_for_end();
  }};
  TestingServer quick{[](Peer& peer) {
    while (!peer.read_request().empty()) peer.send(ok_answer());
  }};
  ServiceBench bench;
  Client* client = bench.client();

  DeadlineBench() {
    while (bench.get(client, quick).timings.used_read_time) {
    }  // until the kernel stamps
  }

  // An answer with this limit, while the data thread does `stall` and nothing else.
  Operation& run(base::Duration limit, std::function<void()> stall) {
    StallingRecorder recorder(std::move(stall));
    Operation& limited = bench.request(client, slow.port());
    limited.idle_timeout = limit;
    Operation& other = bench.request(client, quick.port());
    other.recorder = &recorder;
    bench.submit(limited);
    bench.run(other);
    bench.wait(limited);
    return limited;
  }
};

}  // namespace

TEST_CASE("an answer that came in time is in time, however late it is read") {
  DeadlineBench bench;
  const Operation& operation = bench.run(1s, [&] {
    bench.may_answer.set_value();
    bench.has_answered.get_future().wait();
    std::this_thread::sleep_for(1100ms);
  });
  CHECK_FALSE(operation.answer.error);
  CHECK(operation.timings.own_delay >= 1s);
  CHECK(operation.response_time() < 1s);
  CHECK(bench.bench.counters().own_delay_max_ns >= 1'000'000'000);
}

TEST_CASE("an answer that came too late is too late, however early it is looked at") {
  DeadlineBench bench;
  const Operation& operation = bench.run(20ms, [&] {
    std::this_thread::sleep_for(40ms);
    bench.may_answer.set_value();
    bench.has_answered.get_future().wait();
  });
  CHECK(operation.answer.error.kind == ErrorKind::ReadTimeout);
}
