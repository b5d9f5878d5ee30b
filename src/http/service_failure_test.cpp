#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cerrno>
#include <future>

#include "http/service_testing.h"

using namespace acrida;
using namespace acrida::http;
using namespace std::chrono_literals;

namespace {

TestingServer::Script once(std::string answer) {
  return [answer = std::move(answer)](Peer& peer) {
    peer.read_request();
    peer.send(answer);
  };
}

Error error_of(const std::string& answer) {
  TestingServer server(once(answer));
  ServiceBench bench;
  return bench.get(bench.client(), server).answer.error;
}

// A port where nobody listens.
std::uint16_t free_port() {
  TestingServer server([](Peer&) {});
  return server.port();
}

// Answers `answered` requests of each connection, then closes it when the next request has come.
TestingServer::Script closes_after(int answered, bool with_reset = false) {
  return [=](Peer& peer) {
    for (int i = 0; i < answered; ++i) {
      if (peer.read_request().empty()) return;
      peer.send(ok_answer());
    }
    peer.read_request();
    if (with_reset) peer.reset();
  };
}

}  // namespace

TEST_CASE("a malformed answer is an error that says what is wrong") {
  CHECK(error_of("SSH-2.0-OpenSSH_9.2\r\n").kind == ErrorKind::MalformedAnswer);
  CHECK_FALSE(error_of("SSH-2.0-OpenSSH_9.2\r\n").detail.empty());
  CHECK(error_of("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").kind == ErrorKind::MalformedAnswer);
  CHECK(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").kind == ErrorKind::MalformedAnswer);
  CHECK(error_of("HTTP/1.1 200 OK\r\nX: " + std::string(300 * 1024, 'y')).kind == ErrorKind::AnswerTooLarge);
}

TEST_CASE("an answer that stops early is an error that says what is missing") {
  CHECK(error_of("").kind == ErrorKind::ClosedBeforeAnswer);
  CHECK(error_of("HTTP/1.1 200 OK\r\nContent-Le").kind == ErrorKind::MalformedAnswer);
  const Error by_length = error_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour");
  CHECK(by_length.kind == ErrorKind::BodyIncomplete);
  CHECK(by_length.code == 6);
  CHECK(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").kind ==
        ErrorKind::BodyIncomplete);
}

TEST_CASE("a coded body that cannot be decoded is an error") {
  CHECK(error_of("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope").kind ==
        ErrorKind::MalformedEncoding);
  CHECK(error_of("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n").kind == ErrorKind::None);
}

TEST_CASE("a coded body is decoded unless it shall be left alone") {
  // "hello", gzipped
  const std::string coded(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00", 25);
  TestingServer server([&](Peer& peer) {
    while (!peer.read_request().empty()) peer.send(ok_answer(coded, "Content-Encoding: gzip\r\n"));
  });
  ServiceBench bench;
  Operation& operation = bench.request(bench.client(), server.port());
  for (int i = 0; i < 2; ++i) {
    bench.run(operation);
    CHECK(operation.answer.body == "hello");
    CHECK(operation.answer.wire_body_bytes == 25);
  }
  operation.keep_encoded = true;
  bench.run(operation);
  CHECK(operation.answer.body == coded);
  CHECK(server.connections() == 1);
}

TEST_CASE("a refused connection says so, with the errno and the peer") {
  ServiceBench bench;
  const std::uint16_t port = free_port();
  Operation& operation = bench.run(bench.request(bench.client(), port));
  CHECK(operation.answer.error.kind == ErrorKind::ConnectRefused);
  CHECK(operation.answer.error.code == ECONNREFUSED);
  CHECK(operation.answer.status == 0);
  CHECK(operation.peer == "127.0.0.1:" + std::to_string(port));
  CHECK(operation.timings.ended_at >= operation.timings.started_at);
}

TEST_CASE("those who wait for a slot are served when the connections before them fail") {
  ServiceBench bench;
  Client* client = bench.client(1);
  const std::uint16_t port = free_port();
  std::vector<Operation*> operations;
  for (int i = 0; i < 1000; ++i) operations.push_back(&bench.request(client, port));
  for (Operation* one : operations) bench.submit(*one);
  for (Operation* one : operations) bench.wait(*one);
  for (Operation* one : operations) REQUIRE(one->answer.error.kind == ErrorKind::ConnectRefused);
}

TEST_CASE("a name that does not exist is an error with getaddrinfo's code") {
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 2; ++i) {
    Operation& operation = bench.request(client, 80);
    operation.origin = intern_origin(false, "no-such-host.invalid", 80);
    bench.run(operation);
    CHECK(operation.answer.error.kind == ErrorKind::NameNotFound);
    CHECK(operation.answer.error.code < 0);
    CHECK_FALSE(operation.answer.error.detail.empty());
  }
}

TEST_CASE("a name is looked up, and an address that refuses gives way to the next") {
  TestingServer server([](Peer& peer) {
    while (!peer.read_request().empty()) peer.send(ok_answer());
  });
  ServiceBench bench;
  std::vector<Operation*> operations;
  for (int i = 0; i < 5; ++i) {
    Operation& operation = bench.request(bench.client(), server.port());
    operation.origin = intern_origin(false, "LOCALHOST", server.port());  // may be ::1 first, where nobody listens
    operations.push_back(&operation);
    bench.submit(operation);
  }
  for (Operation* one : operations) {
    bench.wait(*one);
    CHECK_FALSE(one->answer.error);
    CHECK(one->timings.started_at + one->timings.lookup <= one->timings.first_byte_at);
  }
}

TEST_CASE("a kept connection that was closed is replaced, once, for a request that is safe to send again") {
  TestingServer server(closes_after(1));
  ServiceBench bench;
  Client* client = bench.client();
  bench.get(client, server);
  CountingRecorder recorder;
  Operation& operation = bench.request(client, server.port());
  operation.recorder = &recorder;
  bench.run(operation);
  CHECK_FALSE(operation.answer.error);
  CHECK(operation.resent == 1);
  CHECK(recorder.count == 1);
  CHECK(server.connections() == 2);
  CHECK(bench.counters().resent == 1);
  CHECK(bench.counters().sent == 3);
}

TEST_CASE("the time of a request that was sent again starts at its first attempt") {
  std::promise<void> first_attempt_seen;
  TestingServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(ok_answer());
    if (peer.number() == 0) {
      peer.read_request();
      first_attempt_seen.set_value();
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  bench.get(client, server);
  Operation& operation = bench.request(client, server.port());
  bench.submit(operation);
  first_attempt_seen.get_future().wait();
  const base::Instant seen = base::now();
  bench.wait(operation);
  CHECK(operation.resent == 1);
  CHECK(operation.timings.started_at <= seen);
}

TEST_CASE("a reset of a kept connection is treated like its end") {
  TestingServer server(closes_after(1, true));
  ServiceBench bench;
  Client* client = bench.client();
  bench.get(client, server);
  Operation& operation = bench.get(client, server);
  CHECK_FALSE(operation.answer.error);
  CHECK(operation.resent == 1);
}

TEST_CASE("a request is not sent a third time") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    if (peer.number() == 0) {
      peer.send(ok_answer());
      peer.read_request();
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  bench.get(client, server);
  Operation& operation = bench.get(client, server);
  CHECK(operation.answer.error.kind == ErrorKind::ClosedBeforeAnswer);
  CHECK(operation.resent == 1);
  CHECK(server.connections() == 2);
}

TEST_CASE("POST is never sent again") {
  for (const bool with_reset : {false, true}) {
    TestingServer server(closes_after(1, with_reset));
    ServiceBench bench;
    Client* client = bench.client();
    bench.run(bench.request(client, server.port(), "POST", "a"));
    Operation& operation = bench.run(bench.request(client, server.port(), "POST", "b"));
    CHECK(operation.answer.error.kind == (with_reset ? ErrorKind::ConnectionReset : ErrorKind::ClosedBeforeAnswer));
    CHECK(operation.resent == 0);
    CHECK(server.connections() == 1);
    CHECK(bench.counters().resent == 0);
  }
}

TEST_CASE("a fresh connection that closes without an answer is an error at once") {
  TestingServer server(closes_after(0));
  ServiceBench bench;
  Operation& operation = bench.get(bench.client(), server);
  CHECK(operation.answer.error.kind == ErrorKind::ClosedBeforeAnswer);
  CHECK(operation.resent == 0);
}

TEST_CASE("a reset inside of an answer is told from an orderly end") {
  std::promise<void> head_seen;
  TestingServer server([&](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour");
    head_seen.get_future().wait();
    peer.reset();
  });
  ServiceBench bench;
  Operation& operation = bench.request(bench.client(), server.port());
  operation.stream = true;
  bench.run(operation);
  CHECK_FALSE(operation.answer.error);
  head_seen.set_value();
  bench.read_stream(operation);
  CHECK(operation.answer.error.kind == ErrorKind::ConnectionReset);
  CHECK(operation.answer.error.code == ECONNRESET);
}

TEST_CASE("an idle connection that the peer closes is not used again") {
  std::promise<void> closed;
  TestingServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(ok_answer());
    if (peer.number() == 0) {
      peer.stop_sending();
      peer.wait_for_end();  // the client has noticed
      closed.set_value();
    } else {
      peer.wait_for_end();
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  bench.get(client, server);
  closed.get_future().wait();
  Operation& operation = bench.run(bench.request(client, server.port(), "POST", "x"));
  CHECK_FALSE(operation.answer.error);
  CHECK(operation.resent == 0);
}

TEST_CASE("bytes that nobody asked for end the connection") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    peer.send(ok_answer() + ok_answer("smuggled"));
    peer.wait_for_end();
  });
  ServiceBench bench;
  Client* client = bench.client();
  CHECK(bench.get(client, server).answer.body == "hello");
  CHECK(bench.get(client, server).answer.body == "hello");
  CHECK(server.connections() == 2);
}

TEST_CASE("a flood behind a big answer ends the connection in the middle of a turn") {
  TestingServer server([](Peer& peer) {
    peer.read_request();
    peer.send(ok_answer(std::string(200'000, 'x')) + std::string(1'000'000, 'y'));
  });
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 20; ++i) CHECK(bench.get(client, server).answer.body.size() == 200'000);
  CHECK(server.connections() == 20);
}

TEST_CASE("timeouts: nothing arrives, it takes too long in all, it waits too long for a slot") {
  TestingServer server([](Peer& peer) { peer.wait_for_end(); });
  ServiceBench bench;
  Operation& idle = bench.request(bench.client(), server.port());
  idle.idle_timeout = 30ms;
  CHECK(bench.run(idle).answer.error.kind == ErrorKind::ReadTimeout);

  Client* client = bench.client(1);
  Operation& total = bench.request(client, server.port());
  total.total_timeout = 30ms;
  total.idle_timeout = 1h;
  Operation& waiting = bench.request(client, server.port());
  waiting.total_timeout = 20ms;
  bench.submit(total);
  bench.submit(waiting);
  bench.wait(waiting);
  CHECK(waiting.answer.error.kind == ErrorKind::TotalTimeout);
  bench.wait(total);
  CHECK(total.answer.error.kind == ErrorKind::TotalTimeout);
}

TEST_CASE("a handshake that never comes is a connect timeout") {
  TestingServer server([](Peer& peer) { peer.wait_for_end(); });
  ServiceBench bench;
  Operation& operation = bench.request(bench.client(), server.port());
  operation.origin = intern_origin(true, "127.0.0.1", server.port());
  operation.tls = unverified();
  operation.connect_timeout = 30ms;
  operation.idle_timeout = 1h;
  CHECK(bench.run(operation).answer.error.kind == ErrorKind::ConnectTimeout);
}

TEST_CASE("an idle timeout counts between bytes, not for the whole answer") {
  TestingServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n");
      for (int i = 0; i < 50; ++i) peer.send("x");
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 20; ++i) {
    Operation& operation = bench.request(client, server.port());
    operation.idle_timeout = 5s;
    CHECK_FALSE(bench.run(operation).answer.error);
  }
}
