#pragma once

#include <string>
#include <string_view>

namespace acrida::cluster {

// Is it UTF-8? Go workers send bytes that need not be.
bool is_utf8(std::string_view text);
// The same text with U+FFFD for each byte that belongs to none.
std::string as_utf8(std::string_view text);

}  // namespace acrida::cluster
