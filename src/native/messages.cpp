#include "native/messages.h"

#include <mutex>
#include <stdexcept>
#include <utility>

namespace acrida {

namespace {
std::mutex g_mutex;
native::MessageRoute g_route;
}  // namespace

Role role() {
  const std::lock_guard lock(g_mutex);
  return g_route.role;
}

void send_message(std::string_view type, const Json& data, std::string_view node_id) {
  const std::lock_guard lock(g_mutex);
  if (!g_route.send)
    throw std::logic_error(
        "send_message() needs a run that has begun: it works in the code of users, and in listeners");
  g_route.send(std::string(type), data.dump(), std::string(node_id));
}

namespace native {

void set_message_route(MessageRoute route) {
  const std::lock_guard lock(g_mutex);
  g_route = std::move(route);
}

bool deliver(const Events& events, const std::string& type, const std::string& json, const std::string& node_id) {
  const auto listener = events.message.find(type);
  if (listener == events.message.end()) return false;
  listener->second({type, Json::parse(json), node_id});
  return true;
}

}  // namespace native

}  // namespace acrida
