#include "cluster/text.h"

#include <cstdint>

#include "base/ascii.h"

namespace acrida::cluster {
namespace {

unsigned char at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// Bytes of the character at the beginning of `text`; 0: it is none.
std::size_t character_bytes(std::string_view text) {
  const unsigned char first = at(text, 0);
  if (first < 0x80) return 1;
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return 0;
  std::uint32_t code = first & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((at(text, i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (at(text, i) & 0x3fu);
  }
  if (bytes == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return 0;
  if (bytes == 4 && (code < 0x10000 || code > 0x10ffff)) return 0;
  return bytes;
}

}  // namespace

bool is_utf8(std::string_view text) {
  if (base::is_ascii(text)) return true;
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string as_utf8(std::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0)
      repaired.append("\xef\xbf\xbd");
    else
      repaired.append(text.substr(0, bytes));
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return repaired;
}

}  // namespace acrida::cluster
