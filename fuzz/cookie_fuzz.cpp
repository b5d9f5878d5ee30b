// Set-Cookie headers of a hostile target: none of them sets a cookie for another host, and what is sent back is a part
// of what came. Input: lines, each a Set-Cookie header.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "native/cookie_jar.h"

namespace {

using acrida::native::CookieJar;

void check(bool is_so) {
  if (!is_so) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const acrida::base::Instant now(std::chrono::hours(1));
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::size_t most = 2 * size;  // "a=" becomes "; a=" at the most
  CookieJar jar;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    jar.take(rest.substr(0, end), "shop.example.com", "/cart/item?n=1", now);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const auto* path : {"/", "/cart/item", "/cart?x"})
    for (const bool is_tls : {false, true}) {
      const std::string line = jar.line_for("shop.example.com", path, is_tls, now);
      check(line.size() <= most);
      check(jar.line_for("shop.example.org", path, is_tls, now).empty());
    }
  return 0;
}
