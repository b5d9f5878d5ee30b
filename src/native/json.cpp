#include <acrida/json.h>

#include <nlohmann/json.hpp>

namespace acrida {

namespace {
const nlohmann::json kNull;

const nlohmann::json& json_of(const std::shared_ptr<const void>& value) {
  return value ? *static_cast<const nlohmann::json*>(value.get()) : kNull;
}

template <class Value>
std::shared_ptr<const void> share(Value&& value) {
  return std::make_shared<const nlohmann::json>(std::forward<Value>(value));
}

[[noreturn]] void refuse(const char* wanted, const nlohmann::json& json) {
  std::string shown = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (shown.size() > 60) shown = shown.substr(0, 57) + "...";
  throw JsonError(std::string("expected ") + wanted + ", but the JSON value is " + shown);
}
}  // namespace

Json::Json(bool value) : value_(share(value)) {}
Json::Json(std::string_view text) : value_(share(std::string(text))) {}
Json Json::from_integer(std::int64_t value) { return Json(share(value)); }
Json Json::from_real(double value) { return Json(share(value)); }

Json::Json(std::initializer_list<Member> object) {
  nlohmann::json json = nlohmann::json::object();
  for (const Member& member : object) json[std::string(member.name)] = json_of(member.value.value_);
  value_ = share(std::move(json));
}

Json Json::array(std::initializer_list<Json> items) {
  nlohmann::json json = nlohmann::json::array();
  for (const Json& item : items) json.push_back(json_of(item.value_));
  return Json(share(std::move(json)));
}

Json Json::parse(std::string_view text) {
  nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded())
    throw JsonError("not JSON: " + (text.empty() ? std::string("(empty)") : std::string(text.substr(0, 60))));
  return Json(share(std::move(json)));
}

bool Json::is_null() const { return json_of(value_).is_null(); }
bool Json::is_object() const { return json_of(value_).is_object(); }
bool Json::is_array() const { return json_of(value_).is_array(); }
std::size_t Json::size() const { return json_of(value_).size(); }
bool Json::contains(std::string_view member) const {
  return is_object() && json_of(value_).contains(std::string(member));
}

// What is inside keeps the whole alive.
Json Json::operator[](std::string_view member) const {
  if (!contains(member)) refuse(("an object with a member \"" + std::string(member) + "\"").c_str(), json_of(value_));
  return Json(std::shared_ptr<const void>(value_, &json_of(value_).at(std::string(member))));
}

Json Json::operator[](std::size_t index) const {
  if (!is_array() || index >= size())
    refuse(("an array with an item " + std::to_string(index)).c_str(), json_of(value_));
  return Json(std::shared_ptr<const void>(value_, &json_of(value_)[index]));
}

std::string Json::text() const {
  if (!json_of(value_).is_string()) refuse("a text", json_of(value_));
  return json_of(value_).get<std::string>();
}
double Json::number() const {
  if (!json_of(value_).is_number()) refuse("a number", json_of(value_));
  return json_of(value_).get<double>();
}
std::int64_t Json::integer() const {
  if (!json_of(value_).is_number_integer()) refuse("an integer", json_of(value_));
  return json_of(value_).get<std::int64_t>();
}
bool Json::boolean() const {
  if (!json_of(value_).is_boolean()) refuse("true or false", json_of(value_));
  return json_of(value_).get<bool>();
}

std::string Json::dump() const {
  return json_of(value_).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace acrida
