#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

// What browsers and scripts send in a query or a form. Pure functions; malformed input gives an error or what can be
// read, never more than it has. Bytes that are not UTF-8 stay as they are.
namespace acrida::wire {

using Fields = std::vector<std::pair<std::string, std::string>>;  // in the order sent; names may repeat

constexpr std::size_t kMostFields = 1000;

// %XX to bytes, and + to a blank if asked for; what is no escape stays.
std::string percent_decoded(std::string_view text, bool plus_is_blank);

// `a=1&b=2`; at most kMostFields, the rest is left out.
Fields parse_urlencoded(std::string_view text);

// The fields of a body of that content type, without uploaded files; none for other types (JSON, for example). The
// error is a sentence.
base::Result<Fields, std::string> parse_form(std::string_view content_type, std::string_view body);

// The first value of that name; empty without one.
std::string_view find_field(const Fields& fields, std::string_view name);

}  // namespace acrida::wire
