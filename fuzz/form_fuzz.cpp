// Forms as a client may send them: the first line is the content type, the rest the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/form.h"

using namespace acrida;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string_view type = input.substr(0, line);
  const std::string_view body = line == input.npos ? std::string_view() : input.substr(line + 1);
  std::size_t bytes = 0;
  if (const auto form = wire::parse_form(type, body)) {
    if (form->size() > wire::kMostFields) std::abort();
    for (const auto& [name, value] : *form) bytes += value.size();
    if (bytes > body.size()) std::abort();  // a value never has more than was sent
  }
  for (const auto& [name, value] : wire::parse_urlencoded(input)) bytes += name.size();
  return 0;
}
