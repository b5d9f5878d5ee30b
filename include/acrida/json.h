#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "acrida/export.h"

namespace acrida {

// The text is no JSON, a member is missing, or a value is of another kind than asked for.
class ACRIDA_API JsonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A JSON value, which never changes once it is made; copies share it.
//
//   Json{{"user", "anna"}, {"item", 7}}      an object
//   Json::array({1, 2, 3})
//   answer.json()["items"][0]["id"].number()
class ACRIDA_API Json {
 public:
  struct Member;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value);
  Json(const char* text) : Json(std::string_view(text)) {}
  Json(const std::string& text) : Json(std::string_view(text)) {}
  Json(std::string_view text);
  template <class Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
  Json(Number value) : Json(make_number(value)) {}
  Json(std::initializer_list<Member> object);
  static Json array(std::initializer_list<Json> items);
  static Json parse(std::string_view text);  // JsonError

  bool is_null() const;
  bool is_object() const;
  bool is_array() const;
  std::size_t size() const;  // members or items
  bool contains(std::string_view member) const;

  // JsonError when there is none.
  Json operator[](std::string_view member) const;
  Json operator[](const char* member) const { return (*this)[std::string_view(member)]; }
  Json operator[](std::size_t index) const;
  Json operator[](int index) const { return (*this)[static_cast<std::size_t>(index)]; }

  // JsonError when it is of another kind.
  std::string text() const;
  double number() const;
  std::int64_t integer() const;
  bool boolean() const;

  std::string dump() const;  // compact

 private:
  explicit Json(std::shared_ptr<const void> value) : value_(std::move(value)) {}
  static Json from_integer(std::int64_t value);
  static Json from_real(double value);
  template <class Number>
  static Json make_number(Number value) {
    if constexpr (std::is_integral_v<Number>)
      return from_integer(static_cast<std::int64_t>(value));
    else
      return from_real(static_cast<double>(value));
  }

  std::shared_ptr<const void> value_;  // the parser's; nothing: null
};

struct Json::Member {
  std::string_view name;
  Json value;
};

}  // namespace acrida
