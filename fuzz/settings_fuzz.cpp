// Files of options, .conf and TOML: whatever stands in them, they are read or refused with a sentence.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "program/config_file.h"

using namespace acrida;

namespace {

template <class Read>
void read(Read read_text, const std::string& text) {
  std::istringstream stream(text);
  try {
    for (const program::Setting& setting : read_text(stream))
      if (!setting.is_list && setting.values.size() != 1) std::abort();
  } catch (const program::ConfigProblem& problem) {
    if (std::string_view(problem.what()).find("line ") != 0) std::abort();  // says where
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read(program::read_conf, text);
  // toml++ 3.3 calls letters of other alphabets at odd places unreachable, which g++ compiles to an error message and a
  // sanitizer to an end.
  if (std::all_of(text.begin(), text.end(), [](char c) { return c > 0; })) read(program::read_toml, text);
  return 0;
}
