#include "program/message_desk.h"

#include <fmt/core.h>
#include <sys/eventfd.h>

#include <utility>

#include "native/caught.h"
#include "native/messages.h"
#include "program/log.h"

namespace acrida::program {

namespace {

void deliver_json(const Cast& cast, const std::string& type, const std::string& json, const std::string& node_id,
                  const std::string& unknown) {
  bool is_known = true;
  const std::string complaint = native::caught([&] { is_known = native::deliver(cast.events(), type, json, node_id); });
  if (!is_known) log(Level::Warning, kRunners, "{}", unknown);
  if (!complaint.empty()) log(Level::Error, kRunners, "The listener of message {} failed: {}", type, complaint);
}

}  // namespace

std::string to_msgpack(const std::string& json) {
  const std::vector<std::uint8_t> bytes = Json::to_msgpack(Json::parse(json));
  return {bytes.begin(), bytes.end()};
}

void deliver(const Cast& cast, const std::string& type, std::string_view data, const std::string& node_id,
             const std::string& unknown) {
  const Json value = Json::from_msgpack(data, true, false);
  if (value.is_discarded())
    return log(Level::Error, kRunners, "A message {} of {} was dropped: its data is no MessagePack that JSON can hold",
               type, node_id);
  deliver_json(cast, type, value.dump(-1, ' ', false, Json::error_handler_t::replace), node_id, unknown);
}

MessageDesk::MessageDesk(const reactor::Descriptor& bell) : bell_(bell) {
  native::set_message_route({Role::Local, [this](std::string type, std::string json, const std::string&) {
                               {
                                 const std::lock_guard lock(mutex_);
                                 letters_.push_back({std::move(type), std::move(json)});
                               }
                               eventfd_write(bell_.get(), 1);
                             }});
}

MessageDesk::~MessageDesk() { native::set_message_route({}); }

void MessageDesk::deliver(const Cast& cast) {
  std::vector<Letter> letters;
  {
    const std::lock_guard lock(mutex_);
    letters.swap(letters_);
  }
  for (const Letter& letter : letters)
    deliver_json(cast, letter.type, letter.json, "local",
                 fmt::format("There is no listener for a message of the type {}", letter.type));
}

}  // namespace acrida::program
