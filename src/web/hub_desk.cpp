#include "web/hub_desk.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace acrida::web {

bool HubDesk::is_late(base::Instant now) const {
  return !questions_.empty() && now - questions_.begin()->second.asked_at > kPatience;
}

double HubDesk::lag_seconds(base::Instant now) const {
  const base::Duration waited = questions_.empty() ? base::Duration{} : now - questions_.begin()->second.asked_at;
  return base::to_seconds(std::max(waited, waited > kPatience ? base::Duration{} : last_lag_));
}

void HubDesk::ask_for(unsigned parts) {
  const std::uint64_t id = ++last_id_;
  questions_[id].asked_at = base::now();
  HubMessage message;
  message.id = id;
  message.parts = parts;
  queue_.post(std::move(message));
}

void HubDesk::refresh(unsigned parts, std::function<void()> then) {
  const bool was_late = is_late(base::now());
  // One question at a time is enough to notice that the hub has come back.
  if (!was_late) ask_for(parts);
  if (was_late) return then();
  Question& question = questions_.rbegin()->second;
  question.then = std::move(then);
  question.timer = std::make_unique<boost::asio::steady_timer>(loop_, kPatience);
  question.timer->async_wait([weak = weak_from_this(), id = last_id_](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    const auto found = self->questions_.find(id);
    if (found == self->questions_.end()) return;
    if (const auto waiting = std::exchange(found->second.then, nullptr)) waiting();
  });
}

void HubDesk::on_refreshed(const std::vector<std::uint64_t>& ids) {
  for (const std::uint64_t id : ids) {
    const auto found = questions_.find(id);
    if (found == questions_.end()) continue;
    last_lag_ = base::now() - found->second.asked_at;
    const Question question = std::move(found->second);
    questions_.erase(found);
    if (question.then) question.then();
  }
}

void HubDesk::hand_over(HubMessage::Kind kind, Route route, Request request, wire::Fields fields,
                        std::shared_ptr<Exchange> exchange, std::function<void()> on_allowed) {
  const std::uint64_t id = ++last_id_;
  exchange->on_gone = [weak = weak_from_this(), id] {
    const auto self = weak.lock();
    if (!self || self->waiting_.erase(id) == 0) return;
    HubMessage gone;
    gone.kind = HubMessage::Kind::Gone;
    gone.id = id;
    self->queue_.post(std::move(gone));
  };
  exchange->on_drained = [weak = weak_from_this(), id] {
    const auto self = weak.lock();
    if (!self) return;
    HubMessage drained;
    drained.kind = HubMessage::Kind::Drained;
    drained.id = id;
    self->queue_.post(std::move(drained));
  };
  waiting_[id] = {std::move(exchange), std::move(on_allowed)};
  queue_.post({kind, id, 0, route, std::move(request), std::move(fields)});
}

std::shared_ptr<Exchange> HubDesk::find(std::uint64_t id) const {
  const auto found = waiting_.find(id);
  return found == waiting_.end() ? nullptr : found->second.exchange;
}

void HubDesk::close() {
  const auto questions = std::move(questions_);
  const auto waiting = std::move(waiting_);
  questions_.clear();
  waiting_.clear();
  for (const auto& [id, each] : waiting) each.exchange->on_gone = nullptr;
}

// ---- for the hub

void HubDesk::run_on_loop(std::function<void(HubDesk&)> function) {
  boost::asio::post(loop_, [self = shared_from_this(), function = std::move(function)] { function(*self); });
}

void HubDesk::refreshed(std::vector<std::uint64_t> ids) {
  run_on_loop([ids = std::move(ids)](HubDesk& desk) { desk.on_refreshed(ids); });
}

void HubDesk::allow(std::uint64_t id) {
  run_on_loop([id](HubDesk& desk) {
    const auto found = desk.waiting_.find(id);
    if (found == desk.waiting_.end()) return;
    const Waiting waiting = std::move(found->second);
    desk.waiting_.erase(found);
    waiting.exchange->on_gone = nullptr;
    waiting.exchange->on_drained = nullptr;
    if (waiting.on_allowed) waiting.on_allowed();
  });
}

void HubDesk::read_more(std::uint64_t id) {
  run_on_loop([id](HubDesk& desk) {
    auto post = [weak = desk.weak_from_this(), id](std::string piece, bool is_last) {
      const auto self = weak.lock();
      if (!self) return;
      HubMessage message;
      message.kind = HubMessage::Kind::Body;
      message.id = id;
      message.request.body = std::move(piece);
      message.request.has_more_body = !is_last;
      self->queue_.post(std::move(message));
    };
    if (const auto exchange = desk.find(id)) return exchange->read_more(std::move(post));
    post({}, true);
  });
}

void HubDesk::answer(std::uint64_t id, Answer answer) {
  run_on_loop([id, answer = std::move(answer)](HubDesk& desk) {
    const auto exchange = desk.find(id);
    if (!exchange) return;
    desk.waiting_.erase(id);
    exchange->on_gone = nullptr;
    exchange->on_drained = nullptr;
    exchange->answer(answer);
  });
}

void HubDesk::begin(std::uint64_t id, Answer head) {
  run_on_loop([id, head = std::move(head)](HubDesk& desk) {
    if (const auto exchange = desk.find(id)) exchange->begin(head);
  });
}

void HubDesk::push(std::uint64_t id, std::string bytes) {
  run_on_loop([id, bytes = std::move(bytes)](HubDesk& desk) {
    if (const auto exchange = desk.find(id)) exchange->push(bytes);
  });
}

void HubDesk::end(std::uint64_t id) {
  run_on_loop([id](HubDesk& desk) {
    const auto exchange = desk.find(id);
    if (!exchange) return;
    desk.waiting_.erase(id);
    exchange->on_gone = nullptr;
    exchange->on_drained = nullptr;
    exchange->end();
  });
}

}  // namespace acrida::web
