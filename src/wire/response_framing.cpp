#include <algorithm>
#include <limits>

#include "wire/ascii.h"
#include "wire/response_parser.h"

// What the header fields say about the body and the connection (RFC 9112, 6.3 and 9.3).
namespace acrida::wire {

namespace {

// -1: not a number, or too large for one.
std::int64_t read_number(std::string_view digits) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (digits.empty()) return -1;
  std::int64_t number = 0;
  for (char c : digits) {
    if (!is_digit(c)) return -1;
    const int digit = c - '0';
    if (number > (kMax - digit) / 10) return -1;
    number = number * 10 + digit;
  }
  return number;
}

std::int32_t read_keep_alive_timeout(std::string_view list) {
  constexpr std::string_view kTimeout = "timeout=";
  while (!list.empty()) {
    const std::string_view item = next_list_item(list);
    if (!equals_ignoring_case(item.substr(0, kTimeout.size()), kTimeout)) continue;
    const std::int64_t seconds = read_number(item.substr(kTimeout.size()));
    return static_cast<std::int32_t>(std::min<std::int64_t>(seconds, std::numeric_limits<std::int32_t>::max()));
  }
  return -1;
}

// Most fields are none of ours, and the length of the name alone tells.
bool may_be_ours(const HeaderField& field) {
  constexpr std::uint32_t kSizes = 1u << 8 | 1u << 10 | 1u << 14 | 1u << 16 | 1u << 17;  // as in interpret()
  return field.name_size < 32 && (kSizes >> field.name_size & 1) != 0;
}

}  // namespace

void ResponseParser::end_head() {
  for (const HeaderField& field : head_->fields) {
    if (!may_be_ours(field)) continue;
    interpret(field);
    if (stage_ == ParseStage::Failed) return;
  }
  if (head_->status < 200 && head_->status != 101) {  // an interim answer: the real one follows
    reset(*head_, is_head_request_, memory_);
    has_begun_ = true;
    return;
  }
  choose_framing();
}

void ResponseParser::interpret(const HeaderField& field) {
  const std::string_view name = head_->name(field);
  const std::string_view value = head_->value(field);
  switch (name.size()) {
    case 8:
      if (is_name(name, "location")) head_->has_location = true;
      break;
    case 10:
      if (is_name(name, "connection"))
        interpret_connection(value);
      else if (is_name(name, "keep-alive"))
        head_->keep_alive_timeout_s = read_keep_alive_timeout(value);
      else if (is_name(name, "set-cookie"))
        head_->has_set_cookie = true;
      break;
    case 14:
      if (is_name(name, "content-length")) interpret_content_length(value);
      break;
    case 16:
      if (is_name(name, "content-encoding")) head_->has_content_encoding = true;
      break;
    case 17:
      if (is_name(name, "transfer-encoding")) interpret_transfer_encoding(value);
      break;
  }
}

void ResponseParser::interpret_connection(std::string_view list) {
  if (list == "keep-alive") {  // what nearly everybody says
    says_keep_alive_ = true;
    return;
  }
  while (!list.empty()) {
    const std::string_view item = next_list_item(list);
    if (equals_ignoring_case(item, "close")) says_close_ = true;
    if (equals_ignoring_case(item, "keep-alive")) says_keep_alive_ = true;
  }
}

void ResponseParser::interpret_content_length(std::string_view list) {
  do {
    const std::int64_t length = read_number(next_list_item(list));
    if (length < 0) return fail("Content-Length is not a valid number");
    if (head_->content_length >= 0 && head_->content_length != length) return fail("Content-Length given twice");
    head_->content_length = length;
  } while (!list.empty());
}

void ResponseParser::interpret_transfer_encoding(std::string_view list) {
  while (!list.empty()) {
    const std::string_view coding = next_list_item(list);
    if (coding.empty() || equals_ignoring_case(coding, "identity")) continue;
    has_transfer_encoding_ = true;
    head_->is_chunked = equals_ignoring_case(coding, "chunked");  // what counts is the last one
  }
}

void ResponseParser::choose_framing() {
  const int status = head_->status;
  head_->keeps_connection = !says_close_ && (head_->http_minor > 0 || says_keep_alive_);
  if (status == 101) head_->keeps_connection = false;  // it speaks another protocol from here on
  stage_ = ParseStage::Body;
  if (is_head_request_ || status == 101 || status == 204 || status == 304) {
    stage_ = ParseStage::Done;
  } else if (head_->is_chunked) {
    begin_chunk();
  } else if (has_transfer_encoding_ || head_->content_length < 0) {
    step_ = Step::UntilClose;
    head_->keeps_connection = false;
  } else {
    step_ = Step::Length;
    missing_ = head_->content_length;
    if (missing_ == 0) stage_ = ParseStage::Done;
  }
}

}  // namespace acrida::wire
