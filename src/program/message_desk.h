#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "program/cast.h"
#include "reactor/descriptor.h"

namespace acrida::program {

// JSON text <-> what travels in a swarm.
std::string to_msgpack(const std::string& json);

// Hands a message to the scenario's listener; without one the log says `unknown`, and what a listener throws is logged.
// `data`: MessagePack.
void deliver(const Cast& cast, const std::string& type, std::string_view data, const std::string& node_id,
             const std::string& unknown);

// What a program that runs alone sends to itself, on its way to the main thread.
//
// Owner   a LocalRunner; while it lives it is where send_message() goes. Thread: deliver() the main one. Fails: never.
class MessageDesk {
 public:
  explicit MessageDesk(const reactor::Descriptor& bell);
  ~MessageDesk();
  MessageDesk(const MessageDesk&) = delete;
  MessageDesk& operator=(const MessageDesk&) = delete;

  // All that has come; what listeners send meanwhile comes next time.
  void deliver(const Cast& cast);

 private:
  struct Letter {
    std::string type, json;
  };
  const reactor::Descriptor& bell_;
  std::mutex mutex_;
  std::vector<Letter> letters_;
};

}  // namespace acrida::program
