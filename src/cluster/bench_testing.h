#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "cluster/master.h"
#include "wire/msgpack_writer.h"

// A master on a fake clock, with workers of Locust's own dialect that say exactly what a test lets them say.
namespace acrida::cluster {

class ClusterBench {
  base::Instant at_{base::from_seconds(100)};  // before the master, which asks for it

 public:
  explicit ClusterBench(MasterSettings settings = {}) : master(with_incarnation(std::move(settings)), now()) {}

  Master master;

  ClusterBench& join(const std::string& id, const std::string& version = "2.47.0") {
    std::string data;
    wire::MsgpackWriter(data).text(version);
    return say(id, "client_ready", data);
  }
  ClusterBench& say(const std::string& id, std::string_view type, std::string_view data = {}) {
    return raw(id, make_message(type, data, id));
  }
  ClusterBench& raw(const std::string& id, std::string_view bytes) { return keep(master.on_message(id, bytes, now())); }
  ClusterBench& beat(const std::string& id, const std::string& state, double cpu = 1) {
    return say(id, "heartbeat", heartbeat_data({state, cpu, 1000, std::nullopt}));
  }
  ClusterBench& spawned(const std::string& id, const ClassCounts& counts) {
    say(id, "spawning");
    return say(id, "spawning_complete", spawning_complete_data(counts));
  }
  // Answers the newest order of each worker as a good worker does.
  ClusterBench& obey() {
    for (const auto& [id, order] : orders_by_worker()) spawned(id, order.counts);
    return *this;
  }
  ClusterBench& start(std::int64_t users, double rate, std::vector<load::UserClass> classes = {{"A", 1, 0}}) {
    StartOrder order;
    order.users = users;
    order.spawn_rate = rate;
    order.user_classes = std::move(classes);
    return keep(master.start(std::move(order), now()));
  }
  ClusterBench& stop() { return keep(master.stop(now())); }
  ClusterBench& quit() { return keep(master.quit(now())); }

  // Time goes by; those in `alive` send a heartbeat every second.
  ClusterBench& pass(double seconds, const std::map<std::string, std::string>& alive = {}) {
    const base::Instant until = at_ + base::from_seconds(seconds);
    base::Instant next_beat = at_ + base::from_seconds(1);
    for (;;) {
      const base::Instant next = std::min({until, next_beat, std::max(at_, master.next_tick())});
      at_ = next;
      if (next == next_beat) {
        for (const auto& [id, state] : alive) beat(id, state);
        next_beat += base::from_seconds(1);
      }
      keep(master.on_tick(now()));
      if (at_ >= until) return *this;
      if (master.next_tick() <= at_) at_ += base::Duration(1);
    }
  }
  Moment now() const { return {at_, 1'790'000'000 + base::to_seconds(at_.time_since_epoch())}; }

  // ---- what the master did
  std::vector<std::string> sent(const std::string& id) const {
    std::vector<std::string> types;
    for (const MasterAction& action : actions)
      if (const Send* send = std::get_if<Send>(&action); send && send->peer == id)
        types.emplace_back(open_envelope(send->bytes)->type);
    return types;
  }
  std::vector<SpawnOrder> orders(const std::string& id) const {
    std::vector<SpawnOrder> found;
    for (const MasterAction& action : actions)
      if (const Send* send = std::get_if<Send>(&action); send && send->peer == id)
        if (const auto envelope = open_envelope(send->bytes); envelope->type == "spawn")
          found.push_back(*read_spawn(envelope->data));
    return found;
  }
  std::int64_t last_users(const std::string& id) const {
    const std::vector<SpawnOrder> all = orders(id);
    return all.empty() ? -1 : sum(all.back().counts);
  }
  std::string last_bytes(const std::string& id) const {
    for (auto action = actions.rbegin(); action != actions.rend(); ++action)
      if (const Send* send = std::get_if<Send>(&*action); send && send->peer == id) return send->bytes;
    return {};
  }
  int said(std::string_view text) const {
    int times = 0;
    for (const MasterAction& action : actions)
      if (const Log* line = std::get_if<Log>(&action)) times += line->text.find(text) != line->text.npos;
    return times;
  }
  template <class Event>
  int count() const {
    int times = 0;
    for (const MasterAction& action : actions) times += std::holds_alternative<Event>(action);
    return times;
  }
  ClusterBench& keep(MasterActions more) {
    for (MasterAction& action : more) actions.push_back(std::move(action));
    return *this;
  }
  ClusterBench& forget() { return actions.clear(), *this; }
  MasterActions actions;

 private:
  static MasterSettings with_incarnation(MasterSettings settings) {
    settings.incarnation = "beef";
    return settings;
  }
  std::map<std::string, SpawnOrder> orders_by_worker() const {
    std::map<std::string, SpawnOrder> newest;
    for (const auto& [id, node] : master.roster().nodes())
      if (const std::vector<SpawnOrder> all = orders(id); !all.empty()) newest[id] = all.back();
    return newest;
  }
};

inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}
inline std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

}  // namespace acrida::cluster
