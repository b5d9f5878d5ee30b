#include "wire/response_parser.h"

#include <algorithm>
#include <cstring>

#include "wire/ascii.h"

// Lines: the status line, header fields and trailers. What the fields mean is in response_framing.cpp, the body in
// response_body.cpp.
namespace acrida::wire {

namespace {

constexpr std::string_view kProtocol = "HTTP/";

// The head is copied in slices of this size and read there; what was copied beyond its end is given back.
// Most heads fit one slice, and a large body behind the head is not copied twice.
constexpr std::size_t kSlice = 1024;

}  // namespace

void ResponseParser::reset(ResponseHead& head, bool is_head_request) {
  head.clear();
  *this = ResponseParser{};
  head_ = &head;
  is_head_request_ = is_head_request;
}

void ResponseParser::fail(ParseError error, const char* reason) {
  stage_ = ParseStage::Failed;
  error_ = error;
  reason_ = reason;
  head_->keeps_connection = false;
}

std::size_t ResponseParser::feed(std::string_view bytes, std::string& body) {
  if (bytes.empty() || is_finished()) return 0;
  has_begun_ = true;
  return stage_ == ParseStage::Head ? feed_lines(bytes) : feed_body(bytes, body);
}

ParseStage ResponseParser::on_close() {
  if (is_finished()) return stage_;
  head_->keeps_connection = false;
  if (!has_begun_) {
    fail(ParseError::NoAnswer, "connection closed before the answer");
  } else if (stage_ == ParseStage::Head) {
    fail(ParseError::HeadIncomplete, "connection closed inside the head");
  } else if (step_ == Step::UntilClose) {
    stage_ = ParseStage::Done;
  } else if (step_ == Step::Trailers) {  // the last chunk has come, so the body is complete
    head_->head.resize(line_at_);
    stage_ = ParseStage::Done;
  } else {
    fail(ParseError::BodyIncomplete, "connection closed inside the body");
  }
  return stage_;
}

std::size_t ResponseParser::feed_lines(std::string_view bytes) {
  std::string& head = head_->head;
  std::size_t used = 0;
  while (used < bytes.size()) {
    const std::string_view slice = bytes.substr(used, kSlice);
    head.append(slice);
    used += slice.size();
    const std::size_t end = read_lines();
    if (stage_ == ParseStage::Failed) return bytes.size();
    if (end == 0) continue;
    used -= head.size() - end;
    head.resize(line_at_);  // without the empty line
    if (step_ == Step::Trailers)
      stage_ = ParseStage::Done;
    else
      end_head();
    if (stage_ != ParseStage::Head) return used;
  }
  return used;
}

// Reads the complete lines in head. Answers where the byte after the empty line is, 0 if that line has not come.
std::size_t ResponseParser::read_lines() {
  std::string& head = head_->head;
  for (;;) {
    const auto* feed =
        static_cast<const char*>(std::memchr(head.data() + scanned_, '\n', head.size() - scanned_));
    if (feed == nullptr) {
      scanned_ = static_cast<std::uint32_t>(head.size());
      check_unfinished_line();
      return 0;
    }
    const std::size_t end = static_cast<std::size_t>(feed - head.data()) + 1;
    if (end > kMaxHeadBytes) {
      fail(ParseError::HeadTooLarge, "head is larger than 256 KB");
      return 0;
    }
    std::size_t size = end - 1 - line_at_;
    if (size > 0 && feed[-1] == '\r') --size;
    if (size == 0) {
      if (step_ != Step::StatusLine) return end;
      head.erase(0, end);  // an empty line before the answer, left over by a careless server
      scanned_ = 0;
      continue;
    }
    read_line({head.data() + line_at_, size});
    if (stage_ == ParseStage::Failed) return 0;
    line_at_ = scanned_ = static_cast<std::uint32_t>(end);
  }
}

// Says no as early as possible: a server that speaks something else may wait for us for ever.
void ResponseParser::check_unfinished_line() {
  const std::string_view line = head_->head;
  if (line.size() > kMaxHeadBytes) return fail(ParseError::HeadTooLarge, "head is larger than 256 KB");
  if (step_ != Step::StatusLine || line.empty() || line[0] == '\r') return;
  const std::size_t known = std::min(line.size(), kProtocol.size());
  if (line.substr(0, known) != kProtocol.substr(0, known)) fail("answer does not begin with HTTP/");
}

void ResponseParser::read_line(std::string_view line) {
  if (step_ == Step::StatusLine) {
    read_status_line(line);
    step_ = Step::Fields;
  } else if (is_blank(line[0])) {
    read_folded_line(line);
  } else {
    read_field(line);
  }
}

void ResponseParser::read_status_line(std::string_view line) {
  if (!line.starts_with(kProtocol)) return fail("answer does not begin with HTTP/");
  if (has_control_character(line.data(), line.size())) return fail("control character in the head");
  std::string_view rest = line.substr(kProtocol.size());
  if (rest.size() < 3 || rest[0] != '1' || rest[1] != '.' || !is_digit(rest[2]) || (rest.size() > 3 && rest[3] != ' '))
    return fail("unsupported HTTP version");
  head_->http_minor = rest[2] == '0' ? 0 : 1;
  rest = trim_blanks(rest.substr(3));
  if (rest.size() < 3 || rest[0] < '1' || !is_digit(rest[0]) || !is_digit(rest[1]) || !is_digit(rest[2]) ||
      (rest.size() > 3 && rest[3] != ' '))
    return fail("status is not a number from 100 to 999");
  head_->status = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
  rest = trim_blanks(rest.substr(3));
  head_->reason_at = offset(rest);
  head_->reason_size = static_cast<std::uint32_t>(rest.size());
}

void ResponseParser::read_field(std::string_view line) {
  std::size_t name_size = 0;
  while (name_size < line.size() && line[name_size] > ' ' && line[name_size] < 0x7f && line[name_size] != ':')
    ++name_size;
  std::size_t colon = name_size;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  if (colon == line.size()) return fail("header line without a colon");
  if (line[colon] != ':') return fail("invalid character in a header name");
  if (name_size == 0) return fail("header without a name");
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (has_control_character(value.data(), value.size())) return fail("control character in the head");
  head_->fields.push_back({offset(line), static_cast<std::uint32_t>(name_size), offset(value),
                           static_cast<std::uint32_t>(value.size())});
}

// An obsolete continuation line: the line break before it becomes blanks and the value grows.
void ResponseParser::read_folded_line(std::string_view line) {
  if (head_->fields.size() == block_fields_) return fail("continuation line before any header");
  if (has_control_character(line.data(), line.size())) return fail("control character in the head");
  HeaderField& field = head_->fields.back();
  char* const begin = head_->head.data() + field.value_at;
  char* const fold = head_->head.data() + offset(line);
  std::fill(begin + field.value_size, fold, ' ');
  const char* const end = fold + line.size();
  const std::string_view value = trim_blanks({begin, static_cast<std::size_t>(end - begin)});
  field.value_at = offset(value);
  field.value_size = static_cast<std::uint32_t>(value.size());
}

}  // namespace acrida::wire
