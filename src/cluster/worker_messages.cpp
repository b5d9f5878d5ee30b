// What a master says, and how a worker takes it.
#include <fmt/core.h>

#include "cluster/worker.h"
#include "wire/msgpack_reader.h"

namespace acrida::cluster {

WorkerActions Worker::on_message(std::string_view bytes, Moment now) {
  if (has_ended_) return take_actions();
  const Decoded<Envelope> envelope = open_envelope(bytes, settings_.message_limits);
  if (!envelope)
    drop("not a message", envelope.error().what);
  else
    handle(*envelope, now);
  return take_actions();
}

void Worker::handle(const Envelope& message, Moment now) {
  if (secret_.is_set() && !is_extended_ && message.type != "ack" && message.type != "acrida_welcome" &&
      message.type != "acrida_refused")
    return drop("from a master that has not shown the join secret", message.type);
  if (message.type == "ack") return on_ack(message.data, now);
  // Orders that overtake the acknowledgement come again: nobody knows yet in which dialect they are.
  if (!is_connected_ && !offer_ && (message.type == "spawn" || message.type == "stop")) return;
  if (message.type == "spawn") return on_spawn(message.data);
  if (message.type == "stop") return on_stop(message.data);
  if (message.type == "quit") return on_quit();
  if (message.type == "heartbeat") return on_heartbeat(message.data, now);
  if (message.type == "spawning_complete") return on_spawning_complete(message.data);
  if (message.type == "reconnect") return on_reconnect();
  if (message.type == "acrida_welcome") return on_welcome(message.data, now);
  if (message.type == "acrida_refused") return on_refused(message.data);
  if (message.type == "acrida_rejoin") return on_rejoin(now);
  if (message.type == "acrida_receipt") return on_frame_receipt(message.data, now);
  if (message.type == "update_user_class") {
    if (wire::MsgpackReader(message.data).peek() != wire::MsgpackReader::Kind::Map)
      return drop("malformed update_user_class", "its data is not a map");
    actions_.push_back(UpdateUserClass{std::string(message.data)});
    return;
  }
  actions_.push_back(
      CustomMessage{std::string(message.type), std::string(message.data), std::string(message.node_id), -1});
}

void Worker::on_ack(std::string_view data, Moment now) {
  const Decoded<Acknowledgement> ack = read_ack(data);
  if (!ack) return drop("malformed ack", ack.error().what);
  if (ack->index >= 0) index_ = ack->index;
  heard_at_ = now.at;
  if (ack->extended) {
    if (!secret_.is_set() && ack->extended->needs_secret) {
      log(Level::Error,
          "The master wants a join secret and this worker has none. Start it with the same --join-secret.");
      return end(1);
    }
    join(*ack->extended, now);
  } else if (secret_.is_set()) {
    log(Level::Error,
        "The master does not know join secrets (it speaks Locust's own protocol). Start this worker without one, or "
        "the "
        "master with acrida and the same --join-secret.");
    return end(1);
  } else {
    is_extended_ = false;
    if (const std::size_t frames = outbox_.abandon(); frames > 0)
      log(Level::Error,
          fmt::format("{} reports for the master before this one are lost: this one is no acrida master", frames));
    offer_.reset();
    join_again_at_.reset();
    has_stopped_for_silence_ = false;
  }
  if (!is_connected_ && !secret_.is_set()) connected(now);
}

bool Worker::is_newer_order(const SpawnOrder& order) const {
  if (order.run <= stopped_run_) return false;  // late: that run was stopped
  if (order_master_ != master_) return true;
  return order.run > run_ || (order.run == run_ && order.order > order_);
}

void Worker::on_spawn(std::string_view data) {
  Decoded<SpawnOrder> read = read_spawn(data);
  if (!read) return drop("malformed spawn", read.error().what);
  SpawnOrder& order = *read;
  // Between acrida nodes there is nothing to guess about runs and lives: what does not say its own is left alone, and
  // comes again in the right form.
  if ((is_extended_ || offer_) && (offer_ || order.master != master_)) return;
  send("spawning", kNil);
  const bool is_newer = is_extended_ ? is_newer_order(order) : order.timestamp > last_timestamp_;
  if (ending_ != Ending::No) {
    // Users are still being stopped. A base master says it again only if it means a new test: remember it.
    if (ending_ == Ending::Stop && is_newer && !is_extended_) postponed_ = std::move(order);
    return;
  }
  if (!is_newer) {
    log(Level::Info, "Discard spawn message with older or equal timestamp than timestamp of previous spawn message");
    return;
  }
  accept(std::move(order));
}

void Worker::accept(SpawnOrder order) {
  last_timestamp_ = order.timestamp;
  if (order.order > 0) order_ = order.order;
  if (order.parsed_options.empty())
    order.parsed_options = options_;
  else
    options_ = order.parsed_options;
  const bool is_new_test = is_extended_ && order.run > 0 ? order.run != run_ : reported_ == RunState::Ready;
  if (order.run > 0) run_ = order.run;
  if (is_new_test) {
    counted_ = 0;
    seen_completions_ = 0;
  }
  order_master_ = master_;
  reported_ = RunState::Spawning;
  actions_.push_back(ApplyUsers{++number_, is_new_test, std::move(order)});
}

void Worker::on_stop(std::string_view data) {
  if (is_extended_) {
    const Decoded<MasterBeat> beat = read_master_beat(data);
    // A stop of an earlier run that comes late must not end this one.
    if (beat && (beat->master != master_ || (beat->run != run_ && beat->run != 0))) return;
  }
  stopped_run_ = run_;
  begin_stop(Ending::Stop, {});
}

void Worker::on_quit() {
  if (ending_ == Ending::Quit) return;
  log(Level::Info, "Got quit message from master, shutting down...");
  begin_stop(Ending::Quit, {});
}

void Worker::on_heartbeat(std::string_view data, Moment now) {
  heard_at_ = now.at;
  has_stopped_for_silence_ = false;
  actions_.push_back(HeartbeatReceived{now.wall});
  if (!is_extended_) return;
  const Decoded<MasterBeat> beat = read_master_beat(data);
  if (beat) on_master_beat(*beat);
}

void Worker::on_spawning_complete(std::string_view data) {
  if (is_extended_) {
    const Decoded<MasterBeat> beat = read_master_beat(data);
    return beat ? on_master_beat(*beat) : drop("malformed spawning_complete", beat.error().what);
  }
  const Decoded<std::int64_t> users = read_total_user_count(data);
  if (!users) return drop("malformed spawning_complete", users.error().what);
  actions_.push_back(SwarmComplete{*users});
}

void Worker::on_reconnect() {
  log(Level::Warning, "Received reconnect message from master. Resetting RPC connection.");
  log(Level::Info, "Reset connection to master");
  actions_.push_back(ResetConnection{});
}

}  // namespace acrida::cluster
