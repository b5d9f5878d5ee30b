#pragma once

#include <atomic>

#include "http/context.h"
#include "http/service.h"
#include "reactor/reactor.h"

namespace acrida::http {

// The service on a reactor: what other threads post is collected here once per turn.
//
// Owner   app::DataThread; dies after the loop has ended.
// Thread  Service's functions any; Guest's and shut_down() the loop's.
class LocalService final : public Service, public reactor::Guest {
 public:
  explicit LocalService(reactor::Reactor& reactor);

  Client* open_client(const ClientSettings& settings) override;
  void close_client(Client* client) override;
  void close_idle(Client* client) override;
  bool submit(Operation* operation) override;
  bool cancel(Operation* operation) override;
  bool want_more(Operation* operation) override;
  void wake() override { context_.reactor.wake(); }
  ServiceCounters counters() const override { return context_.counters.snapshot(); }
  // A moment of an answer on the wall clock. On the loop's thread.
  base::Duration since_epoch(base::Instant at) const { return context_.clock.since_epoch(at); }

  void on_wake() override;
  void on_turn() override;
  bool try_sleep() override { return mailbox_.fall_asleep(); }

  // After the loop has ended: every operation comes back with ShuttingDown, every connection ends. What is submitted
  // later comes back at once, on the thread that submits it.
  void shut_down();

 private:
  static void refuse(Operation& operation);
  void post_wish(Client& client, std::uint8_t wish);
  void handle_mail();
  static void expect_behind(const reactor::Letter& letter);
  void begin(Operation& operation);
  void go_on(Operation& operation);
  void handle_cancel(Operation& operation);
  void handle_wishes(Client& client);

  Context context_;
  std::atomic<bool> is_down_{false};
  // One box for all kinds of letters: what one thread posts is handled in its order, so that no cancellation
  // overtakes what it cancels and no client ends before its last submission.
  reactor::Mailbox mailbox_;
};

}  // namespace acrida::http
