#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "web/http.h"
#include "web/hub_queue.h"
#include "web/run_view.h"

namespace acrida::web {

constexpr unsigned bit(RunView::Part part) { return 1u << static_cast<unsigned>(part); }

// What the loop has asked the owner of the run (the hub) for, and who waits for it.
//
// Owner   the site.
// Thread  the loop's; the functions under "for the hub" on any.
// Fails   never. A hub that does not come back is waited for where only it can answer, and done without elsewhere.
class HubDesk : public std::enable_shared_from_this<HubDesk> {
 public:
  // How long the first one who only reads waits for the newest state when the hub has become busy; those after it do
  // not wait at all. An idle hub needs a tenth of a millisecond, on a machine without a free core some more.
  static constexpr base::Duration kPatience = std::chrono::milliseconds(100);

  explicit HubDesk(boost::asio::io_context& loop) : loop_(loop) {}

  // Calls `then` when the parts are fresh, or when the hub turns out to be busy.
  void refresh(unsigned parts, std::function<void()> then);
  // Without waiting.
  void ask_for(unsigned parts);
  // The hub answers the exchange through the functions below; `on_allowed` of a gate is called if the client may go on.
  void hand_over(HubMessage::Kind kind, Route route, Request request, wire::Fields fields,
                 std::shared_ptr<Exchange> exchange, std::function<void()> on_allowed = nullptr);
  // How late the hub is now: the age of what it has not answered, else how long the last answer took.
  double lag_seconds(base::Instant now) const;
  // Lets go of everybody.
  void close();

  // ---- for the hub, on any thread
  HubQueue& queue() { return queue_; }
  void refreshed(std::vector<std::uint64_t> ids);
  void allow(std::uint64_t id);
  // A message of kind Body follows.
  void read_more(std::uint64_t id);
  void answer(std::uint64_t id, Answer answer);
  void begin(std::uint64_t id, Answer head);
  void push(std::uint64_t id, std::string bytes);
  void end(std::uint64_t id);

 private:
  struct Waiting {
    std::shared_ptr<Exchange> exchange;
    std::function<void()> on_allowed;
  };
  struct Question {
    base::Instant asked_at;
    std::function<void()> then;
    std::unique_ptr<boost::asio::steady_timer> timer;
  };
  bool is_late(base::Instant now) const;
  void on_refreshed(const std::vector<std::uint64_t>& ids);
  std::shared_ptr<Exchange> find(std::uint64_t id) const;
  void run_on_loop(std::function<void(HubDesk&)> function);

  boost::asio::io_context& loop_;
  HubQueue queue_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Question> questions_;  // the oldest first
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  base::Duration last_lag_{};
};

}  // namespace acrida::web
