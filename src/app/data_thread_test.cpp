#include "app/data_thread.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <semaphore>

using namespace acrida;

namespace {

// Sends one request to a port where nobody listens and waits until it is back.
http::ErrorKind try_request(http::Service& service, http::Client* client) {
  reactor::Mailbox replies;
  std::binary_semaphore bell{0};
  http::Operation operation;
  operation.client = client;
  operation.origin = http::intern_origin(false, "127.0.0.1", 1);
  operation.head = "GET / HTTP/1.1\r\n\r\n";
  operation.reply_to = &replies;
  operation.wake_caller = [](void* b) { static_cast<std::binary_semaphore*>(b)->release(); };
  operation.wake_argument = &bell;
  REQUIRE(replies.fall_asleep());
  if (service.submit(&operation)) service.wake();
  bell.acquire();
  return operation.answer.error.kind;
}

http::ErrorKind try_request() {
  http::Service& service = app::data_thread().service();
  http::Client* client = service.open_client({});
  const http::ErrorKind kind = try_request(service, client);
  service.close_client(client);
  return kind;
}

}  // namespace

TEST_CASE("the data thread starts at first use, and again in a forked child") {
#ifdef __SANITIZE_THREAD__
  return;  // the thread sanitizer refuses threads in the child of a program that has some
#endif
  app::DataThread* ours = &app::data_thread();
  CHECK(ours == &app::data_thread());
  CHECK(try_request() == http::ErrorKind::ConnectRefused);
  const pid_t child = fork();
  if (child == 0) {
    const bool is_good = &app::data_thread() != ours && try_request() == http::ErrorKind::ConnectRefused;
    app::stop_data_thread();
    _exit(is_good ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(try_request() == http::ErrorKind::ConnectRefused);
}

TEST_CASE("after a stop the old service answers that it is down, and a new one can be had") {
  http::Service& old_service = app::data_thread().service();
  http::Client* client = old_service.open_client({});
  CHECK(try_request(old_service, client) == http::ErrorKind::ConnectRefused);
  app::stop_data_thread();
  app::stop_data_thread();
  CHECK(try_request(old_service, client) == http::ErrorKind::ShuttingDown);
  old_service.close_client(client);
  CHECK(&app::data_thread().service() != &old_service);
  CHECK(try_request() == http::ErrorKind::ConnectRefused);
  app::stop_data_thread();
}
