#include <doctest/doctest.h>

#include <future>

#include "http/service_testing.h"

using namespace acrida;
using namespace acrida::http;
using namespace std::chrono_literals;

namespace {

void check_cancelled(ServiceBench& bench, Operation& operation) {
  REQUIRE(bench.cancel(operation));
  bench.wait(operation);
  CHECK(operation.state == OperationState::Cancelled);
  CHECK(operation.answer.error.kind == ErrorKind::Cancelled);
  CHECK_FALSE(operation.counted);
}

}  // namespace

TEST_CASE("cancelling before the service has even seen the operation") {
  TestingServer server([](Peer& peer) { peer.wait_for_end(); });
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 200; ++i) {
    Operation& operation = bench.request(client, server.port());
    bench.submit(operation);
    check_cancelled(bench, operation);
  }
}

TEST_CASE("cancelling while the name is looked up, and while it connects") {
  TestingServer server([](Peer& peer) { peer.wait_for_end(); });
  ServiceBench bench;
  Client* client = bench.client();
  for (int i = 0; i < 50; ++i) {
    Operation& named = bench.request(client, server.port());
    named.origin = intern_origin(false, "host" + std::to_string(i) + ".invalid", 80);
    bench.submit(named);
    if (bench.cancel(named)) {
      bench.wait(named);
      CHECK(named.answer.error.kind == ErrorKind::Cancelled);
    }
  }
  Operation& handshake = bench.request(client, server.port());
  handshake.origin = intern_origin(true, "127.0.0.1", server.port());
  handshake.tls = unverified();
  bench.submit(handshake);
  check_cancelled(bench, handshake);
  CHECK(bench.counters().aborted == 0);
}

TEST_CASE("cancelling while it waits for a slot leaves the others in order") {
  std::promise<void> go;
  TestingServer server([&](Peer& peer) {
    peer.read_request();
    go.get_future().wait();
    peer.send(ok_answer());
    while (!peer.read_request().empty()) peer.send(ok_answer());
  });
  ServiceBench bench;
  Client* client = bench.client(1);
  std::vector<Operation*> operations;
  for (int i = 0; i < 6; ++i) operations.push_back(&bench.request(client, server.port()));
  for (Operation* one : operations) bench.submit(*one);
  check_cancelled(bench, *operations[1]);
  check_cancelled(bench, *operations[3]);
  check_cancelled(bench, *operations[5]);
  CHECK(bench.counters().aborted == 0);
  go.set_value();
  for (const int i : {0, 2, 4}) {
    bench.wait(*operations[static_cast<std::size_t>(i)]);
    CHECK_FALSE(operations[static_cast<std::size_t>(i)]->answer.error);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("cancelling while the answer is awaited drops the connection, and its answer reaches nobody") {
  std::promise<void> arrived;
  TestingServer server([&](Peer& peer) {
    peer.read_request();
    if (peer.number() == 0) {
      arrived.set_value();
      peer.wait_for_end();
      peer.send(ok_answer("the old answer"));
    } else {
      peer.send(ok_answer("the new answer"));
    }
  });
  ServiceBench bench;
  Client* client = bench.client();
  Operation& operation = bench.request(client, server.port());
  bench.submit(operation);
  arrived.get_future().wait();
  check_cancelled(bench, operation);
  CHECK(bench.counters().aborted == 1);
  bench.run(operation);
  CHECK(operation.answer.body == "the new answer");
}

TEST_CASE("cancelling races with answers: each operation comes back once, counted or cancelled") {
  TestingServer server([](Peer& peer) {
    while (!peer.read_request().empty()) peer.send(ok_answer());
  });
  ServiceBench bench;
  Client* client = bench.client();
  CountingRecorder recorder;
  int completed = 0, cancelled = 0;
  for (int i = 0; i < 2000; ++i) {
    Operation& operation = bench.request(client, server.port());
    operation.recorder = &recorder;
    bench.submit(operation);
    if (i % 3 == 0) {
      for (int spin = 0; spin < i; ++spin) (void)bench.counters();  // let it get on
    }
    bench.cancel(operation);
    bench.wait(operation);
    ++(operation.state == OperationState::Completed ? completed : cancelled);
    CHECK(operation.counted == (operation.state == OperationState::Completed));
  }
  CHECK(completed + cancelled == 2000);
  bench.stop();
  CHECK(recorder.count == completed);
}

TEST_CASE("a client can be closed while its operations are under way") {
  std::promise<void> go;
  auto gone = go.get_future().share();
  TestingServer server([gone](Peer& peer) {
    peer.read_request();
    gone.wait();
    peer.send(ok_answer());
    while (!peer.read_request().empty()) peer.send(ok_answer());
  });
  ServiceBench bench;
  Client* client = bench.service().open_client({});
  std::vector<Operation*> operations;
  for (int i = 0; i < 15; ++i) operations.push_back(&bench.request(client, server.port()));
  for (Operation* one : operations) bench.submit(*one);
  bench.service().close_client(client);
  go.set_value();
  for (Operation* one : operations) {
    bench.wait(*one);
    CHECK(one->state == OperationState::Completed);
  }
}
