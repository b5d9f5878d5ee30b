#include "http/local_service.h"

#include <utility>

#include "http/client.h"
#include "http/connection.h"
#include "http/outcome.h"
#include "http/pool.h"

namespace acrida::http {

LocalService::LocalService(reactor::Reactor& reactor) : context_(reactor) {}

Client* LocalService::open_client(const ClientSettings& settings) { return new Client(settings); }

void LocalService::post_wish(Client& client, std::uint8_t wish) {
  if (client.letter.wishes.fetch_or(wish) != 0) return;  // its letter is under way already
  if (mailbox_.post(&client.letter)) wake();
}

void LocalService::close_client(Client* client) {
  if (is_down_.load(std::memory_order_acquire))
    delete client;
  else
    post_wish(*client, Client::kClose);
}

void LocalService::close_idle(Client* client) { post_wish(*client, Client::kCloseIdle); }

void LocalService::refuse(Operation& operation) {
  operation.answer.clear();
  operation.answer.body.clear();
  operation.answer.error = {.kind = ErrorKind::ShuttingDown, .code = 0, .detail = {}};
  operation.stream_ended = operation.stream;
  operation.state.store(OperationState::Completed);
  if (operation.reply_to->post(&operation.to_caller) && operation.wake_caller) {
    operation.wake_caller(operation.wake_argument);
  }
}

bool LocalService::submit(Operation* operation) {
  if (is_down_.load(std::memory_order_acquire)) {
    refuse(*operation);
    return false;
  }
  operation->state.store(OperationState::InFlight, std::memory_order_relaxed);
  return mailbox_.post(&operation->to_service);
}

bool LocalService::want_more(Operation* operation) {
  operation->place.wants_more = true;
  return submit(operation);
}

bool LocalService::cancel(Operation* operation) {
  // A streamed operation at its caller is Completed; every other was swapped to Cancelled by the caller.
  operation->state.store(OperationState::Cancelled, std::memory_order_relaxed);
  if (is_down_.load(std::memory_order_acquire)) {
    refuse(*operation);
    return false;
  }
  return mailbox_.post(&operation->cancel_letter);
}

void LocalService::on_wake() { context_.resolver.collect(); }

void LocalService::on_turn() {
  context_.hand_over();
  handle_mail();
  context_.hand_over();
  context_.bury();
}

namespace {
// The operation that this letter begins. Of any other its client may have gone already.
const Operation* begun_by(const reactor::Letter* letter) {
  const auto* operation = static_cast<const Operation*>(letter->content);
  return operation && letter == &operation->to_service && !operation->place.wants_more ? operation : nullptr;
}
}  // namespace

// While an operation is sent, what is needed for those behind it is fetched, one pointer further at each step. With a
// thousand users little of it is in the cache.
void LocalService::expect_behind(const reactor::Letter& letter) {
  const reactor::Letter* one = letter.next;
  if (!one) return;
  if (const Operation* operation = begun_by(one)) {
    operation->client->expect_connection();
    operation->expect_sending();
  }
  if (!(one = one->next)) return;
  if (const Operation* operation = begun_by(one)) operation->client->expect_pool();
  if (!(one = one->next)) return;
  if (const Operation* operation = begun_by(one)) operation->client->expect();
  if (one->next) base::prefetch<sizeof(Operation)>(one->next);
}

void LocalService::handle_mail() {
  for (reactor::Letter* letter = mailbox_.collect(); letter;) {
    expect_behind(*letter);
    reactor::Letter* const one = std::exchange(letter, letter->next);
    auto* operation = static_cast<Operation*>(one->content);
    if (!operation)
      handle_wishes(*static_cast<Client::Wishes*>(one)->client);
    else if (one == &operation->cancel_letter)
      handle_cancel(*operation);
    else if (std::exchange(operation->place.wants_more, false))
      go_on(*operation);
    else
      begin(*operation);
  }
}

void LocalService::begin(Operation& operation) {
  operation.answer.error = {};
  operation.answer.wire_body_bytes = 0;
  operation.timings = {};
  operation.counted = operation.stream_ended = false;
  operation.resent = 0;
  if (operation.total_timeout > base::Duration(0)) operation.place.begun_at = base::now();
  operation.client->take(context_, operation);
}

// The next piece of a streamed answer.
void LocalService::go_on(Operation& operation) {
  if (operation.place.stage == Place::Stage::Carried) return operation.place.connection->want_more();
  operation.answer.body.clear();
  operation.stream_ended = true;
  if (try_complete(operation)) context_.completions.add(operation);
}

void LocalService::handle_cancel(Operation& operation) {
  const Place::Stage stage = operation.place.stage;
  if (stage == Place::Stage::Waiting) operation.place.pool->leave(operation);
  if (stage == Place::Stage::Carried) operation.place.connection->give_up();
  operation.answer.error = {.kind = ErrorKind::Cancelled, .code = 0, .detail = {}};
  operation.stream_ended = operation.stream;
  if (stage == Place::Stage::Away)
    context_.completions.add(operation);  // a stream that had ended
  else
    hand_back(context_, operation);
}

void LocalService::handle_wishes(Client& client) {
  const std::uint8_t wishes = client.letter.wishes.exchange(0);
  if (wishes & Client::kClose)
    client.close(context_);
  else if (wishes & Client::kCloseIdle)
    client.close_idle();
}

void LocalService::shut_down() {
  context_.is_shutting_down = true;
  is_down_.store(true, std::memory_order_release);
  on_wake();
  on_turn();
  while (Connection* connection = context_.connections) {
    connection->fail({.kind = ErrorKind::ShuttingDown, .code = 0, .detail = {}});
    connection->close();
  }
  context_.hand_over();
  context_.bury();
}

}  // namespace acrida::http
