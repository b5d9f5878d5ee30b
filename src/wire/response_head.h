#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace acrida::wire {

struct HeaderField {
  std::uint32_t name_at = 0, name_size = 0, value_at = 0, value_size = 0;  // offsets into ResponseHead::head
};

// Status line and header fields of one answer, kept as the bytes that arrived plus a table of where things are.
//
// Owner   whoever asked; the parser writes into it and keeps no copy. Buffers keep their capacity across clear().
// Thread  any, one at a time.
struct ResponseHead {
  int status = 0;                 // 0: the status line has not been read
  std::uint8_t http_minor = 1;    // 0 or 1
  bool keeps_connection = false;  // the connection may carry another request once the answer is read
  bool is_chunked = false;
  bool has_content_encoding = false;
  bool has_set_cookie = false;
  bool has_location = false;
  std::int32_t keep_alive_timeout_s = -1;  // from "Keep-Alive: timeout=", -1 if absent
  std::uint32_t reason_at = 0, reason_size = 0;
  std::int64_t content_length = -1;  // the header's value, -1 if absent
  std::string head;                  // status line and header lines as received, without the last empty line (the
                                     // line break of a folded header becomes blanks); trailers are appended
  std::vector<HeaderField> fields;   // in order of arrival; trailers of a chunked body are appended

  std::string_view reason() const { return {head.data() + reason_at, reason_size}; }
  std::string_view name(const HeaderField& f) const { return {head.data() + f.name_at, f.name_size}; }
  std::string_view value(const HeaderField& f) const { return {head.data() + f.value_at, f.value_size}; }

  // The first field of that name (ASCII case-insensitive), or an empty view with data() == nullptr.
  std::string_view find(std::string_view lower_case_name) const;
  // All fields of that name joined with ", ", as several header lines mean the same as one list.
  std::string find_all(std::string_view lower_case_name) const;
  // Back to the state of a new one; capacity stays.
  void clear();
};

// `text` equals `lower_case`, which holds only lower case letters, digits and '-'.
bool equals_ignoring_case(std::string_view text, std::string_view lower_case);

}  // namespace acrida::wire
