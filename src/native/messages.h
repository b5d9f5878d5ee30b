#pragma once

#include <functional>
#include <string>

#include <acrida/message.h>
#include <acrida/scenario.h>

namespace acrida::native {

// Where send_message() goes.
struct MessageRoute {
  Role role = Role::Local;
  std::function<void(std::string type, std::string json, std::string node_id)> send;  // any thread
};

// Main thread; an empty function: nowhere. Nobody is inside of the old one when it returns.
void set_message_route(MessageRoute route);

// Calls the scenario's listener for this type; false: it has none. What the listener throws comes through. `json`:
// text.
bool deliver(const Events& events, const std::string& type, const std::string& json, const std::string& node_id);

}  // namespace acrida::native
