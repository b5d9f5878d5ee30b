#include <simdjson.h>

#include <array>
#include <cstring>
#include <string_view>

#include "base/ascii.h"
#include "python/json_codec.h"
#include "python/ref.h"

namespace acrida::python {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// What the reader keeps of its memory between calls: bigger documents have a reader of their own.
constexpr std::size_t kKeptBytes = 256 * 1024;
// simdjson's own count of an array's elements ends here.
constexpr std::size_t kSaturated = 0xFFFFFF;

PyObject* make_text(std::string_view text) {
  const auto size = static_cast<Py_ssize_t>(text.size());
  // Of one character Python has one object each; anything else that is ASCII is a copy.
  if (size < 2 || !base::is_ascii(text)) return PyUnicode_DecodeUTF8(text.data(), size, nullptr);
  PyObject* const made = PyUnicode_New(size, 127);
  if (made) std::memcpy(PyUnicode_1BYTE_DATA(made), text.data(), text.size());
  return made;
}

// Keys return from answer to answer: their str objects are kept, with the hash that a dict wants.
//
// Thread  whoever holds the GIL.
class Keys {
 public:
  Ref find(std::string_view text) {
    if (text.size() < 2 || text.size() > kLongest || !base::is_ascii(text)) return Ref::steal(make_text(text));
    Ref& place = places_[std::hash<std::string_view>{}(text) % places_.size()];
    if (!place || view(place.get()) != text) place = Ref::steal(make_text(text));
    return Ref::borrow(place.get());
  }

 private:
  static constexpr std::size_t kLongest = 64;
  static std::string_view view(PyObject* ascii) {
    return {static_cast<const char*>(PyUnicode_DATA(ascii)), static_cast<std::size_t>(PyUnicode_GET_LENGTH(ascii))};
  }
  std::array<Ref, 512> places_;
};

PyObject* make_value(const element& value);

PyObject* make_list(const simdjson::dom::array& array) {
  if (array.size() >= kSaturated) return nullptr;
  Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(array.size())));
  if (!list) return nullptr;
  Py_ssize_t at = 0;
  for (const element item : array) {
    PyObject* const made = make_value(item);
    if (!made) return nullptr;
    PyList_SET_ITEM(list.get(), at++, made);
  }
  return list.release();
}

PyObject* make_dict(const simdjson::dom::object& object) {
  static auto* const keys = new Keys;  // outlives Python: nothing of it is given back at exit
  Ref dict = Ref::steal(PyDict_New());
  if (!dict) return nullptr;
  for (const auto [text, item] : object) {
    Ref key = keys->find(text);
    Ref made = key ? Ref::steal(make_value(item)) : Ref();
    if (!made || PyDict_SetItem(dict.get(), key.get(), made.get()) < 0) return nullptr;
  }
  return dict.release();
}

PyObject* make_value(const element& value) {
  switch (value.type()) {
    case element_type::OBJECT:
      return make_dict(value.get_object().value_unsafe());
    case element_type::ARRAY:
      return make_list(value.get_array().value_unsafe());
    case element_type::STRING:
      return make_text(value.get_string().value_unsafe());
    case element_type::INT64:
      return PyLong_FromLongLong(value.get_int64().value_unsafe());
    case element_type::UINT64:
      return PyLong_FromUnsignedLongLong(value.get_uint64().value_unsafe());
    case element_type::DOUBLE:
      return PyFloat_FromDouble(value.get_double().value_unsafe());
    case element_type::BOOL:
      return PyBool_FromLong(value.get_bool().value_unsafe());
    case element_type::NULL_VALUE:
      return Py_NewRef(Py_None);
  }
  return nullptr;
}

PyObject* read(simdjson::dom::parser& parser, std::string_view text) {
  element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return nullptr;
  PyObject* const made = make_value(root);
  if (!made) PyErr_Clear();
  return made;
}

}  // namespace

PyObject* json_loads(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) return nullptr;
  if (text.size() > kKeptBytes) {
    simdjson::dom::parser parser;
    return read(parser, text);
  }
  static auto* const parser = new simdjson::dom::parser;  // guarded by the GIL
  return read(*parser, text);
}

}  // namespace acrida::python
