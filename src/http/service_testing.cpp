#include "http/service_testing.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <utility>

namespace acrida::http {

void CountingRecorder::record(base::Duration response_time, std::int64_t body_bytes,
                              base::Duration ended_since_epoch) noexcept {
  ++count;
  last_time = response_time;
  last_bytes = body_bytes;
  last_ended = ended_since_epoch;
}

const TlsSettings* unverified() {
  TlsSettings settings;
  settings.verify = false;
  return intern_tls(settings);
}

ServiceBench::ServiceBench()
    : service_(std::make_unique<LocalService>(reactor_)), bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  thread_ = std::make_unique<reactor::Thread>("test-data", [this] { reactor_.run(*service_); });
}

ServiceBench::~ServiceBench() {
  stop();
  for (Client* one : clients_) service_->close_client(one);
}

void ServiceBench::stop() {
  if (!thread_) return;
  reactor_.stop();
  thread_.reset();
  service_->shut_down();
  collect();
}

Client* ServiceBench::client(std::size_t connections, const Proxy* proxy) {
  clients_.push_back(service_->open_client({.connections_per_origin = connections, .proxy = proxy}));
  return clients_.back();
}

Operation& ServiceBench::request(Client* client, std::uint16_t port, std::string_view method, std::string_view body) {
  Operation& operation = operations_.emplace_back();
  operation.client = client;
  operation.origin = intern_origin(false, "127.0.0.1", port);
  operation.head = std::string(method) + " / HTTP/1.1\r\nHost: " + operation.origin->authority + "\r\n";
  if (!body.empty()) operation.head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  operation.head += "\r\n";
  operation.body = bodies_.emplace_back(body).data();
  operation.body_size = body.size();
  operation.is_head = method == "HEAD";
  operation.is_safe_to_resend = method != "POST" && method != "PATCH";
  operation.reply_to = &replies_;
  operation.wake_caller = [](void* self) { eventfd_write(static_cast<ServiceBench*>(self)->bell_.get(), 1); };
  operation.wake_argument = this;
  return operation;
}

void ServiceBench::submit(Operation& operation) {
  back_.erase(&operation);
  if (service_->submit(&operation)) service_->wake();
}

void ServiceBench::want_more(Operation& operation) {
  back_.erase(&operation);
  if (service_->want_more(&operation)) service_->wake();
}

bool ServiceBench::cancel(Operation& operation) {
  OperationState expected = OperationState::InFlight;
  const bool is_stream_here = operation.stream && is_back(operation);
  if (!is_stream_here && !operation.state.compare_exchange_strong(expected, OperationState::Cancelled)) return false;
  back_.erase(&operation);
  if (service_->cancel(&operation)) service_->wake();
  return true;
}

void ServiceBench::collect() {
  for (reactor::Letter* letter = replies_.collect(); letter;) {
    auto* operation = static_cast<Operation*>(std::exchange(letter, letter->next)->content);
    REQUIRE_MESSAGE(!is_back(*operation), "an operation came back twice");
    back_.insert(operation);
    arrivals_.push_back(operation);
  }
}

void ServiceBench::wait(Operation& operation) {
  while (!is_back(operation)) {
    collect();
    if (is_back(operation) || !replies_.fall_asleep()) continue;
    pollfd bell{.fd = bell_.get(), .events = POLLIN, .revents = 0};
    REQUIRE_MESSAGE(poll(&bell, 1, 20'000) == 1, "nothing came back");
    eventfd_t rings = 0;
    eventfd_read(bell_.get(), &rings);
  }
}

Operation& ServiceBench::run(Operation& operation) {
  submit(operation);
  wait(operation);
  return operation;
}

std::string ServiceBench::read_stream(Operation& operation) {
  std::string body;
  while (!operation.stream_ended) {
    want_more(operation);
    wait(operation);
    body += operation.answer.body;
  }
  return body;
}

}  // namespace acrida::http
