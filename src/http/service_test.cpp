#include <doctest/doctest.h>

#include "http/service_testing.h"

using namespace acrida;
using namespace acrida::http;
using namespace std::chrono_literals;

namespace {

// Answers every request with the same text.
TestingServer::Script always(std::string answer) {
  return [answer = std::move(answer)](Peer& peer) {
    while (!peer.read_request().empty() && peer.send(answer)) {
    }
  };
}

}  // namespace

TEST_CASE("an answer comes back with status, fields, body and times") {
  TestingServer server(always(ok_answer("hello", "X-Test: yes\r\n")));
  ServiceBench bench;
  CountingRecorder recorder;
  Operation& operation = bench.request(bench.client(), server.port());
  operation.recorder = &recorder;
  const base::Instant before = base::now();
  bench.run(operation);
  const base::Instant after = base::now();

  CHECK(operation.state == OperationState::Completed);
  CHECK_FALSE(operation.answer.error);
  CHECK(operation.answer.status == 200);
  CHECK(operation.answer.reason() == "OK");
  CHECK(operation.answer.find("x-test") == "yes");
  CHECK(operation.answer.body == "hello");
  CHECK(operation.answer.wire_body_bytes == 5);
  const Timings& t = operation.timings;
  CHECK(before <= t.started_at);
  CHECK(t.started_at + t.lookup + t.connect <= t.first_byte_at);
  CHECK(t.first_byte_at <= t.ended_at);
  CHECK(t.ended_at <= after);
  CHECK(recorder.count == 1);
  CHECK(operation.counted);
  CHECK(recorder.last_time == operation.response_time());
  CHECK(recorder.last_bytes == 5);
}

TEST_CASE("a connection is kept, and the time of a warm request starts at its first byte") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 5; ++i) CHECK(bench.get(client, server).answer.body == "hello");
  CHECK(server.connections() == 1);
  CHECK(bench.counters().sent == 5);
  CHECK(bench.counters().connects == 1);
}

TEST_CASE("times are those of the kernel, soon after the service has started") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 100'000 && bench.get(client, server).timings.used_read_time; ++i) {
  }
  const std::uint64_t without = bench.counters().read_time_used;
  for (int i = 0; i < 100; ++i) {
    const Operation& operation = bench.get(client, server);
    CHECK_FALSE(operation.timings.used_read_time);
    CHECK(operation.timings.own_delay > 0ns);
  }
  CHECK(bench.counters().read_time_used == without);
}

TEST_CASE("two clients share no connection") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  bench.get(bench.client(), server);
  bench.get(bench.client(), server);
  CHECK(server.connections() == 2);
}

TEST_CASE("an operation can be used again, after an error too") {
  TestingServer server([](Peer& peer) {
    if (peer.number() == 0) return;
    while (!peer.read_request().empty()) peer.send(ok_answer());
  });
  ServiceBench bench;
  Operation& operation = bench.request(bench.client(), server.port(), "POST", "x");
  bench.run(operation);
  CHECK(operation.answer.error);
  bench.run(operation);
  CHECK_FALSE(operation.answer.error);
  CHECK(operation.answer.body == "hello");
}

TEST_CASE("a chunked answer arrives whole and keeps the connection") {
  TestingServer server(
      always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"));
  ServiceBench bench;
  Client* client = bench.client();
  CHECK(bench.get(client, server).answer.body == "hello world");
  CHECK(bench.get(client, server).answer.body == "hello world");
  CHECK(server.connections() == 1);
}

TEST_CASE("an answer without length ends with its connection") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
  });
  ServiceBench bench;
  Client* client = bench.client();
  CHECK(bench.get(client, server).answer.body == "until the end");
  CHECK(bench.get(client, server).answer.body == "until the end");
  CHECK(server.connections() == 2);
}

TEST_CASE("Connection: close is heeded, whoever says it") {
  TestingServer server(always(ok_answer("x", "Connection: close\r\n")));
  ServiceBench bench;
  Client* client = bench.client();
  bench.get(client, server);
  bench.get(client, server);
  CHECK(server.connections() == 2);

  TestingServer willing(always(ok_answer()));
  Operation& operation = bench.request(client, willing.port());
  operation.close_after = true;
  bench.run(operation);
  bench.run(operation);
  CHECK(willing.connections() == 2);
}

TEST_CASE("HEAD has no body whatever its length says") {
  TestingServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 2; ++i) {
    Operation& operation = bench.run(bench.request(client, server.port(), "HEAD"));
    CHECK_FALSE(operation.answer.error);
    CHECK(operation.answer.content_length == 1000);
    CHECK(operation.answer.body.empty());
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("an answer that arrives byte by byte is read") {
  TestingServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      for (const char c : ok_answer("slow")) peer.send(std::string(1, c));
    }
  });
  ServiceBench bench;
  Operation& operation = bench.get(bench.client(), server);
  CHECK(operation.answer.body == "slow");
  CHECK(operation.timings.first_byte_at < operation.timings.ended_at);
}

TEST_CASE("big bodies travel whole in both directions") {
  TestingServer server([](Peer& peer) {
    while (true) {
      const std::string request = peer.read_request();
      if (request.empty()) return;
      peer.send(ok_answer(request.substr(request.find("\r\n\r\n") + 4)));
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  std::string body(20'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 7919 >> 8);
  for (int i = 0; i < 2; ++i) {
    Operation& operation = bench.run(bench.request(client, server.port(), "PUT", body));
    CHECK_FALSE(operation.answer.error);
    CHECK(operation.answer.body == body);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("an answer that comes before the request is all sent is taken, and the connection is not kept") {
  TestingServer server([](Peer& peer) {
    peer.read_head();
    peer.send(ok_answer("too much"));
    peer.stop_sending();
    while (!peer.read_some().empty()) {
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  const std::string body(30'000'000, 'x');
  Operation& operation = bench.run(bench.request(client, server.port(), "POST", body));
  CHECK_FALSE(operation.answer.error);
  CHECK(operation.answer.body == "too much");
  bench.run(bench.request(client, server.port(), "POST", "small"));
  CHECK(server.connections() == 2);
}

TEST_CASE("failures by status are answers, but not counted here") {
  ServiceBench bench;
  Client* client = bench.client();
  const auto counted = [&](std::string_view status, std::uint16_t rule) {
    TestingServer server(always("HTTP/1.1 " + std::string(status) + " X\r\nContent-Length: 0\r\n\r\n"));
    CountingRecorder recorder;
    Operation& operation = bench.request(client, server.port());
    operation.recorder = &recorder;
    operation.ok_statuses = rule;
    bench.run(operation);
    CHECK_FALSE(operation.answer.error);
    CHECK(operation.counted == (recorder.count == 1));
    return recorder.count == 1;
  };
  CHECK(counted("399", 0));
  CHECK_FALSE(counted("400", 0));
  CHECK_FALSE(counted("500", 0));
  CHECK(counted("208", 1));
  CHECK(counted("226", 1));
  CHECK(counted("304", 1));
  CHECK_FALSE(counted("305", 1));
  CHECK_FALSE(counted("399", 1));
  CHECK_FALSE(counted("404", 1));
}

TEST_CASE("a redirect that the caller follows is not counted") {
  TestingServer server(always("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"));
  ServiceBench bench;
  CountingRecorder recorder;
  Operation& operation = bench.request(bench.client(), server.port());
  operation.recorder = &recorder;
  operation.follows_redirects = true;
  bench.run(operation);
  CHECK(recorder.count == 0);
  CHECK(bench.counters().redirects == 1);
  operation.follows_redirects = false;
  operation.prior = 5s;
  bench.run(operation);
  CHECK(recorder.count == 1);
  CHECK(recorder.last_time >= 5s);
  CHECK(bench.counters().redirects == 1);
}

TEST_CASE("in the open model the time counts from the intended start") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  Operation& operation = bench.request(bench.client(), server.port());
  operation.intended_start = base::now() - 3s;
  bench.run(operation);
  CHECK(operation.response_time() >= 3s);
}

TEST_CASE("operations wait for a connection of their own pool, in order") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  Client* client = bench.client(1);
  std::vector<Operation*> operations;
  for (int i = 0; i < 20; ++i) operations.push_back(&bench.request(client, server.port()));
  for (Operation* one : operations) bench.submit(*one);
  for (Operation* one : operations) bench.wait(*one);
  CHECK(server.connections() == 1);
  CHECK(bench.arrivals() == operations);
  for (std::size_t i = 1; i < operations.size(); ++i) {
    // Waiting counts: nobody starts after the one before has ended.
    CHECK(operations[i]->timings.started_at <= operations[i]->timings.first_byte_at);
  }
  CHECK(operations.back()->timings.started_at < operations[1]->timings.ended_at);
}

TEST_CASE("a pool opens no more than its limit") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  Client* client = bench.client(3);
  std::vector<Operation*> operations;
  for (int i = 0; i < 100; ++i) operations.push_back(&bench.request(client, server.port()));
  for (Operation* one : operations) bench.submit(*one);
  for (Operation* one : operations) bench.wait(*one);
  CHECK(server.connections() == 3);
}

TEST_CASE("the idle connections of a client can be closed, and it lives on") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  Client* client = bench.client();
  bench.get(client, server);
  bench.service().close_idle(client);
  bench.service().close_idle(client);
  bench.get(client, server);
  CHECK(server.connections() == 2);
}

TEST_CASE("two thousand connections at once") {
  TestingServer server(always(ok_answer()));
  ServiceBench bench;
  std::vector<Operation*> operations;
  for (int i = 0; i < 2000; ++i) operations.push_back(&bench.request(bench.client(), server.port()));
  for (int round = 0; round < 3; ++round) {
    for (Operation* one : operations) bench.submit(*one);
    for (Operation* one : operations) bench.wait(*one);
    for (Operation* one : operations) REQUIRE(one->answer.body == "hello");
  }
  CHECK(server.connections() == 2000);
}

TEST_CASE("stopping brings every operation back") {
  TestingServer server([](Peer& peer) { peer.wait_for_end(); });
  ServiceBench bench;
  Client* client = bench.client(2);
  std::vector<Operation*> operations;
  for (int i = 0; i < 5; ++i) operations.push_back(&bench.request(client, server.port()));
  for (Operation* one : operations) bench.submit(*one);
  bench.stop();
  for (Operation* one : operations) {
    REQUIRE(bench.is_back(*one));
    CHECK(one->answer.error.kind == ErrorKind::ShuttingDown);
  }
  CHECK(bench.run(bench.request(client, server.port())).answer.error.kind == ErrorKind::ShuttingDown);
}
