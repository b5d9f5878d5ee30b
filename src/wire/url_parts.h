#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Private to wire.
namespace acrida::wire {

// Where the colon of the scheme is ("https://h" -> 5), npos if the text begins with no scheme.
std::size_t find_scheme_end(std::string_view url);

// "/a/./b/../c" -> "/a/c" (RFC 3986, 5.2.4).
std::string remove_dot_segments(std::string_view path);

}  // namespace acrida::wire
