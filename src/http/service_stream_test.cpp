#include <doctest/doctest.h>

#include <future>

#include "http/service_testing.h"

using namespace acrida;
using namespace acrida::http;
using namespace std::chrono_literals;

namespace {

Operation& stream_request(ServiceBench& bench, Client* client, const TestingServer& server) {
  Operation& operation = bench.request(client, server.port());
  operation.stream = true;
  return operation;
}

}  // namespace

TEST_CASE("a streamed answer comes back at its head, then piece by piece, and its connection is kept") {
  std::promise<void> head_seen;
  TestingServer server([&](Peer& peer) {
    for (int i = 0; !peer.read_request().empty(); ++i) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
      if (i == 0) head_seen.get_future().wait();
      peer.send("0123456789");
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  CountingRecorder recorder;
  Operation& operation = stream_request(bench, client, server);
  operation.recorder = &recorder;
  bench.run(operation);
  CHECK(operation.answer.status == 200);
  CHECK(operation.answer.body.empty());
  CHECK_FALSE(operation.stream_ended);
  CHECK(recorder.count == 1);
  CHECK(recorder.last_bytes == 10);
  head_seen.set_value();
  CHECK(bench.read_stream(operation) == "0123456789");
  CHECK_FALSE(operation.answer.error);
  CHECK(recorder.count == 1);

  bench.run(operation);
  CHECK(bench.read_stream(operation) == "0123456789");
  CHECK(bench.get(client, server).answer.body == "0123456789");
  CHECK(server.connections() == 1);
}

TEST_CASE("a stream is not read ahead without limit") {
  constexpr std::size_t kBytes = 40'000'000;
  std::promise<void> all_sent;
  std::atomic<bool> is_all_sent{false};
  TestingServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(ok_answer(std::string(kBytes, 'x')));
    is_all_sent = true;
    peer.wait_for_end();
  });
  ServiceBench bench;
  Operation& operation = bench.run(stream_request(bench, bench.client(), server));
  std::size_t received = 0, biggest = 0;
  while (!operation.stream_ended) {
    // Socket buffers take a few megabytes; the rest can only have gone if somebody hoards it here.
    if (received < kBytes / 2) CHECK_FALSE(is_all_sent);
    bench.want_more(operation);
    bench.wait(operation);
    received += operation.answer.body.size();
    biggest = std::max(biggest, operation.answer.body.size());
  }
  CHECK(received == kBytes);
  CHECK(biggest <= 512 * 1024);
}

TEST_CASE("a stream that breaks hands out what came, and the error with it") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour");
  });
  ServiceBench bench;
  Operation& operation = bench.run(stream_request(bench, bench.client(), server));
  CHECK_FALSE(operation.answer.error);
  CHECK(bench.read_stream(operation) == "four");
  CHECK(operation.answer.error.kind == ErrorKind::BodyIncomplete);
}

TEST_CASE("a stream without end is ended by its caller, whether the caller has it or waits for it") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nevent\r\n");
    peer.wait_for_end();
  });
  ServiceBench bench;
  Client* client = bench.client(1);
  Operation& operation = stream_request(bench, client, server);
  for (const bool waits : {false, true}) {
    bench.run(operation);
    bench.want_more(operation);
    bench.wait(operation);
    CHECK(operation.answer.body == "event");
    if (waits) bench.want_more(operation);
    REQUIRE(bench.cancel(operation));
    bench.wait(operation);
    CHECK(operation.stream_ended);
    CHECK(operation.answer.error.kind == ErrorKind::Cancelled);
  }
  CHECK(server.connections() == 2);
  CHECK(bench.counters().aborted == 0);  // its head was counted
}

TEST_CASE("a streamed answer that comes before the request is all sent ends the sending") {
  TestingServer server([](Peer& peer) {
    peer.read_head();
    peer.send(ok_answer("enough"));
    peer.stop_sending();
    peer.wait_for_end();
  });
  ServiceBench bench;
  Client* client = bench.client();
  Operation& operation = bench.request(client, server.port(), "POST", std::string(30'000'000, 'x'));
  operation.stream = true;
  bench.run(operation);
  operation.body = nullptr;  // the caller takes it back
  CHECK(bench.read_stream(operation) == "enough");
  bench.get(client, server);
  CHECK(server.connections() == 2);
}

TEST_CASE("a stream that fails before its head is an ordinary error") {
  TestingServer server([](Peer& peer) { peer.read_request(); });
  ServiceBench bench;
  Operation& operation = bench.run(stream_request(bench, bench.client(), server));
  CHECK(operation.answer.error.kind == ErrorKind::ClosedBeforeAnswer);
  CHECK(operation.stream_ended);
}

TEST_CASE("a redirect that will be followed comes back whole") {
  TestingServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.send("HTTP/1.1 301 Gone\r\nLocation: /x\r\nContent-Length: 4\r\n\r\nbody");
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  Operation& operation = stream_request(bench, client, server);
  operation.follows_redirects = true;
  for (int i = 0; i < 2; ++i) {
    bench.run(operation);
    CHECK(operation.stream_ended);
    CHECK(operation.answer.body == "body");
    CHECK(operation.answer.find("location") == "/x");
  }
  CHECK(server.connections() == 1);
  CHECK(bench.counters().redirects == 2);
}

TEST_CASE("a stream is decoded as it comes, and ends with its connection where it has no length") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.0 200 OK\r\n\r\none ");
    peer.send("two ");
    peer.send("three");
  });
  ServiceBench bench;
  Operation& operation = bench.run(stream_request(bench, bench.client(), server));
  CHECK(bench.read_stream(operation) == "one two three");
  CHECK_FALSE(operation.answer.error);
}

TEST_CASE("the silence of a stream counts only while its caller waits") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome");
    peer.wait_for_end();
  });
  ServiceBench bench;
  Operation& operation = stream_request(bench, bench.client(), server);
  operation.idle_timeout = 30ms;
  bench.run(operation);
  CHECK(bench.read_stream(operation) == "some");
  CHECK(operation.answer.error.kind == ErrorKind::ReadTimeout);
}
