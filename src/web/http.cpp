#include "web/http.h"

#include <strings.h>

namespace acrida::web {

bool is_named(const Header& header, std::string_view name) {
  return header.name.size() == name.size() && strncasecmp(header.name.data(), name.data(), name.size()) == 0;
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers)
    if (is_named(header, name)) return header.value;
  return {};
}

std::string_view Request::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view Request::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

}  // namespace acrida::web
