#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace acrida::wire {

// Appends MessagePack to a string, in the current form that Python's msgpack writes: str8 and bin, the smallest
// integers, doubles. The caller keeps the promise of map() and array(): so many values follow.
//
// Owner   the caller, as of the string.  Thread  any, one at a time.  Fails  never.
class MsgpackWriter {
 public:
  explicit MsgpackWriter(std::string& out) : out_(out) {}

  MsgpackWriter& nil();
  MsgpackWriter& boolean(bool value);
  MsgpackWriter& integer(std::int64_t value);
  MsgpackWriter& number(double value);
  // 12 stays 12 and 12.5 stays 12.5, for what Python people gave.
  MsgpackWriter& number(double value, bool is_integer) {
    return is_integer ? integer(static_cast<std::int64_t>(value)) : number(value);
  }
  MsgpackWriter& text(std::string_view value);
  MsgpackWriter& bytes(std::string_view value);
  MsgpackWriter& array(std::size_t values);
  MsgpackWriter& map(std::size_t pairs);
  // A value that is MessagePack already.
  MsgpackWriter& raw(std::string_view msgpack);

  MsgpackWriter& key(std::string_view name) { return text(name); }

 private:
  std::string& out_;
};

}  // namespace acrida::wire
