#include <algorithm>
#include <exception>

#include <acrida/http.h>
#include "native/exchange.h"

namespace acrida {

namespace detail {

Exchange& take_exchange(native::Loop& loop) {
  auto& idle = loop.idle_exchanges();
  if (idle.empty()) return *new Exchange;
  Exchange& exchange = *idle.back().release();
  idle.pop_back();
  return exchange;
}

void release(Exchange& exchange) {
  exchange.fiber = nullptr;
  if (exchange.is_in_flight) return;  // the loop comes here again when it is back
  auto& idle = native::Loop::current().idle_exchanges();
  std::unique_ptr<Exchange> ended(&exchange);
  if (idle.size() < 256) idle.push_back(std::move(ended));
}

namespace {
// When it ended, without asking the clock once more: the answer's receive time says it, unless the scenario has judged
// it later, or there was none.
double ended_at(const Exchange& exchange) {
  const http::Operation& operation = exchange.operation;
  if (exchange.catches_response || operation.answer.error) return base::wall_seconds();
  return base::to_seconds(exchange.user->loop.service().since_epoch(operation.timings.ended_at));
}
}  // namespace

void report(Exchange& exchange) {
  if (std::exchange(exchange.is_reported, true)) return;
  const auto size = static_cast<std::int64_t>(exchange.operation.answer.body.size());
  exchange.user->loop.record(exchange.method, exchange.name, exchange.ms, size,
                             exchange.is_failed_by_scenario ? failure_text(exchange.error) : exchange.error,
                             ended_at(exchange));
}

}  // namespace detail

Response::~Response() {
  if (!exchange_) return;
  // A user that is being killed reports nothing more; any other way out of the block does.
  const fiber::Fiber* fiber = exchange_->user->fiber;
  if (!fiber || !fiber->is_being_killed()) detail::report(*exchange_);
  detail::release(*exchange_);
}

int Response::status() const { return exchange_->operation.answer.status; }
bool Response::ok() const { return status() != 0 && status() < 400 && exchange_->error.empty(); }
std::string_view Response::text() const { return exchange_->operation.answer.body; }
Json Response::json() const { return Json::parse(text()); }
double Response::elapsed() const { return exchange_->ms / 1000; }
const std::string& Response::error() const { return exchange_->error; }

std::string_view Response::header(std::string_view name) const {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return exchange_->operation.answer.find(lower);
}

void Response::success() {
  if (!exchange_->catches_response) return;
  exchange_->error.clear();
  exchange_->is_failed_by_scenario = false;
}

void Response::failure(std::string_view why) {
  if (!exchange_->catches_response) return;
  exchange_->error = why.empty() ? "failed" : std::string(why);
  exchange_->is_failed_by_scenario = true;
}

bool Response::check(bool holds, std::string_view otherwise) {
  if (!holds) failure(otherwise);
  return holds;
}

}  // namespace acrida
