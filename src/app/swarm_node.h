#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "app/zmq_link.h"
#include "base/time.h"
#include "cluster/action.h"
#include "cluster/master.h"
#include "cluster/resume_store.h"
#include "cluster/worker.h"
#include "reactor/event_queue.h"

namespace acrida::app {

inline cluster::Moment this_moment() { return {base::now(), base::wall_seconds()}; }

// Keeps time and link for one of the machines of layer cluster: bytes, ticks and commands go in on the control thread,
// what is to be sent goes out there, and everything else becomes an event for whoever owns the node.
//
// Owner   whoever made it, through a shared_ptr; close() ends it.
// Thread  any.
// Fails   the link's constructor, listen() and connect() throw LinkError.
template <class Machine, class Action>
class SwarmNode : public std::enable_shared_from_this<SwarmNode<Machine, Action>> {
 public:
  template <class Settings>
  SwarmNode(boost::asio::io_context& loop, ZmqLink::Settings link, Settings settings)
      : loop_(loop), link_(loop, std::move(link)), timer_(loop), machine_(std::move(settings), this_moment()) {}

  ZmqLink& link() { return link_; }
  reactor::EventQueue<Action>& events() { return events_; }

  // Messages and ticks from now on; first(machine) is the first command, carried out before this returns.
  template <class Command>
  void start(Command first) {
    auto actions = [&] {
      std::lock_guard lock(mutex_);
      return first(machine_);
    }();
    post([this, actions = std::move(actions)](Machine&) mutable {
      link_.start([this](std::string_view peer, std::string_view bytes,
                         std::string_view address) { on_message(peer, bytes, address); },
                  [this](bool is_certain) { on_refused(is_certain); });
      return std::move(actions);
    });
  }

  // A master's results go into this store from now on. Before start().
  void keep_in(std::unique_ptr<cluster::ResumeStore> store) { store_ = std::move(store); }
  // For the store: a ticket is safe, or will never be.
  void on_saved(std::uint64_t ticket, const std::string& problem) {
    post([this, ticket, problem](Machine& machine) {
      if (problem.empty()) return machine.on_durable(ticket, this_moment());
      if (!std::exchange(has_store_failed_, true))
        events_.post(cluster::Log{cluster::Level::Error, "locust.runners",
                                  "The results can no longer be saved for --resume: " + problem});
      return decltype(machine.on_durable(ticket, this_moment())){};
    });
  }

  // command(machine) on the control thread; it answers with actions.
  template <class Command>
  void post(Command command) {
    boost::asio::post(loop_, [self = this->shared_from_this(), command = std::move(command)]() mutable {
      if (!self->is_closed_) self->perform(command);
    });
  }

  // The owner is alive: how long ago that was said is its lag, which a worker's heartbeats tell.
  void owner_is_alive() { owner_seen_at_.store(base::now(), std::memory_order_relaxed); }

  // What view(machine) answers, now.
  template <class View>
  auto read(View view) const {
    std::lock_guard lock(mutex_);
    return view(machine_);
  }

  // After what was posted before. Waits until what was sent last is out, for a second at most.
  void close() {
    auto closed = std::make_shared<std::promise<void>>();
    boost::asio::post(loop_, [self = this->shared_from_this(), closed] {
      self->is_closed_ = true;
      self->timer_.cancel();
      self->link_.close();
      closed->set_value();
    });
    // A control thread that has ended runs nothing any more.
    if (closed->get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready) link_.close_finally();
  }

 private:
  // The owner says that it is alive every half second.
  double owner_lag_seconds() const {
    return std::max(0.0, base::to_seconds(base::now() - owner_seen_at_.load(std::memory_order_relaxed)) - 0.5);
  }

  template <class Command>
  void perform(Command& command) {
    auto actions = [&] {
      std::lock_guard lock(mutex_);
      return command(machine_);
    }();
    for (Action& action : actions) carry_out(action);
    arm();
  }

  void on_message(std::string_view peer, std::string_view bytes, std::string_view address) {
    auto handle = [&](Machine& machine) {
      if constexpr (std::is_same_v<Machine, cluster::Master>)
        return machine.on_message(peer, bytes, this_moment(), address);
      else
        return machine.on_message(bytes, this_moment());
    };
    perform(handle);
  }

  void on_refused(bool is_certain) {
    auto tell = [is_certain](Machine& machine) { return machine.on_refused(is_certain, this_moment()); };
    perform(tell);
  }

  void carry_out(Action& action) {
    if (auto* message = std::get_if<cluster::Send>(&action)) return link_.send(message->peer, message->bytes);
    if constexpr (std::is_same_v<Machine, cluster::Worker>) {
      if (std::holds_alternative<cluster::ResetConnection>(action)) return link_.reconnect();
    } else if (auto* save = std::get_if<cluster::Persist>(&action)) {
      if (store_) store_->save(std::move(*save));
      return;
    }
    events_.post(std::move(action));
  }

  void arm() {
    const base::Instant next = [&] {
      std::lock_guard lock(mutex_);
      return machine_.next_tick();
    }();
    if (next == armed_for_) return;
    armed_for_ = next;
    timer_.expires_after(std::clamp<base::Duration>(next - base::now(), base::Duration(0), base::from_seconds(3600)));
    timer_.async_wait([self = this->shared_from_this()](const boost::system::error_code& error) {
      if (error || self->is_closed_) return;
      self->armed_for_ = {};
      self->link_.read_all();
      if (self->is_closed_) return;
      auto tick = [&](Machine& machine) {
        if constexpr (std::is_same_v<Machine, cluster::Worker>) machine.set_hub_lag(self->owner_lag_seconds());
        return machine.on_tick(this_moment());
      };
      self->perform(tick);
    });
  }

  boost::asio::io_context& loop_;
  ZmqLink link_;
  boost::asio::steady_timer timer_;
  base::Instant armed_for_{};
  bool is_closed_ = false;  // the loop's
  std::atomic<base::Instant> owner_seen_at_{base::now()};
  mutable std::mutex mutex_;
  Machine machine_;
  reactor::EventQueue<Action> events_;
  std::unique_ptr<cluster::ResumeStore> store_;
  bool has_store_failed_ = false;
};

using MasterNode = SwarmNode<cluster::Master, cluster::MasterAction>;
using WorkerNode = SwarmNode<cluster::Worker, cluster::WorkerAction>;

}  // namespace acrida::app
