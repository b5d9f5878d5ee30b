#include "http/outcome.h"

#include <utility>

#include "http/client.h"

namespace acrida::http {

namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::int64_t size_of_body(const Operation& operation) {
  if (!operation.stream) return static_cast<std::int64_t>(operation.answer.body.size());
  return operation.answer.content_length > 0 ? operation.answer.content_length : 0;
}

void count(Context& context, Operation& operation) {
  const Timings& timings = operation.timings;
  const auto own_delay = static_cast<std::uint64_t>(timings.own_delay.count());
  context.counters.own_delay_ns.add(own_delay);
  context.counters.own_delay_max_ns.raise_to(own_delay);
  if (timings.used_read_time) context.counters.read_time_used.add(1);
  if (is_followed(operation)) {
    context.counters.redirects.add(1);
  } else if (operation.recorder && is_success(operation.answer.status, operation.ok_statuses)) {
    context.tally.add(*operation.recorder, operation.response_time(), size_of_body(operation),
                      context.clock.since_epoch(timings.ended_at));
    operation.counted = true;
  }
}

}  // namespace

bool is_success(int status, std::uint16_t rule) {
  if (rule == 0) return status < 400;
  return (status >= 200 && status <= 208) || status == 226 || status == 304 || is_redirect(status);
}

bool is_followed(const Operation& operation) {
  return operation.follows_redirects && operation.answer.has_location && is_redirect(operation.answer.status);
}

bool try_complete(Operation& operation) {
  OperationState expected = OperationState::InFlight;
  if (operation.state.compare_exchange_strong(expected, OperationState::Completed)) return true;
  operation.place.stage = Place::Stage::GivenUp;
  operation.place.connection = nullptr;
  return false;
}

bool settle(Context& context, Operation& operation) {
  if (try_complete(operation)) {
    count(context, operation);
    return true;
  }
  context.counters.aborted.add(1);
  return false;
}

void hand_back(Context& context, Operation& operation) {
  operation.place.stage = Place::Stage::Away;
  operation.place.connection = nullptr;
  operation.client->on_operation_gone(context);
  context.completions.add(operation);
}

bool finish_failed(Context& context, Operation& operation, Error error) {
  if (!try_complete(operation)) return false;
  operation.answer.error = std::move(error);
  operation.timings.ended_at = base::now();
  operation.peer = operation.origin->host + ":" + std::to_string(operation.origin->port);
  operation.stream_ended = operation.stream;
  hand_back(context, operation);
  return true;
}

}  // namespace acrida::http
