#include "wire/response_head.h"

#include "wire/ascii.h"

namespace acrida::wire {

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (to_lower(text[i]) != lower_case[i]) return false;
  return true;
}

std::string_view ResponseHead::find(std::string_view lower_case_name) const {
  for (const HeaderField& field : fields)
    if (equals_ignoring_case(name(field), lower_case_name)) return value(field);
  return {};
}

std::string ResponseHead::find_all(std::string_view lower_case_name) const {
  std::string joined;
  for (const HeaderField& field : fields) {
    if (!equals_ignoring_case(name(field), lower_case_name)) continue;
    if (!joined.empty()) joined += ", ";
    joined += value(field);
  }
  return joined;
}

void ResponseHead::clear() {
  status = 0;
  http_minor = 1;
  keeps_connection = is_chunked = has_content_encoding = has_set_cookie = has_location = false;
  keep_alive_timeout_s = -1;
  reason_at = reason_size = 0;
  content_length = -1;
  head.clear();
  fields.clear();
}

}  // namespace acrida::wire
