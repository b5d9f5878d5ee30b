#include "wire/response_parser.h"

#include <algorithm>

#include "wire/ascii.h"
#include "wire/head_memory.h"

// Lines: the status line, header fields and trailers. What the fields mean is in response_framing.cpp, the body in
// response_body.cpp.
namespace acrida::wire {

namespace {

constexpr std::string_view kProtocol = "HTTP/";

// The head is copied in slices of this size and read there; what was copied beyond its end is given back.
// Most heads fit one slice, and a large body behind the head is not copied twice.
constexpr std::size_t kSlice = 1024;

}  // namespace

void ResponseParser::reset(ResponseHead& head, bool is_head_request, HeadMemory* memory) {
  head.clear();
  *this = ResponseParser{};
  head_ = &head;
  memory_ = memory;
  is_head_request_ = is_head_request;
}

void ResponseParser::fail_too_large() { fail(ParseError::HeadTooLarge, "head is larger than 256 KB"); }

void ResponseParser::fail(ParseError error, const char* reason) {
  stage_ = ParseStage::Failed;
  error_ = error;
  reason_ = reason;
  head_->keeps_connection = false;
}

std::size_t ResponseParser::feed(std::string_view bytes, std::string& body) {
  if (bytes.empty() || is_finished()) return 0;
  return stage_ == ParseStage::Head ? feed_head(bytes) : feed_body(bytes, body);
}

std::size_t ResponseParser::feed_head(std::string_view bytes) {
  const bool may_be_known = memory_ && !has_begun_;
  if (may_be_known) {
    if (const std::size_t used = memory_->recall(bytes, *this)) return used;
  }
  has_begun_ = true;
  const std::size_t used = feed_lines(bytes);
  if (may_be_known && stage_ != ParseStage::Head && stage_ != ParseStage::Failed)
    memory_->remember(bytes.substr(0, used), *this);
  return used;
}

// As if it had read what `other` has read.
void ResponseParser::continue_behind(const ResponseParser& other, const ResponseHead& its_head) {
  ResponseHead& head = *head_;
  HeadMemory* const memory = memory_;
  head = its_head;
  *this = other;
  head_ = &head;
  memory_ = memory;
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
  const char* const begin = head.data();
  const char* const end = begin + head.size();
  const char* line = begin + line_at_;
  const char* stop = begin + scanned_;
  for (;;) {
    stop = find_control(stop, end);
    const char* const line_feed = stop != end && *stop == '\r' ? stop + 1 : stop;
    if (line_feed == end || *line_feed != '\n') {
      if (stop != end && *stop == '\t') {
        ++stop;
        continue;
      }
      line_at_ = static_cast<std::uint32_t>(line - begin);
      scanned_ = static_cast<std::uint32_t>(stop - begin);
      stop_inside_line(line_feed == end);
      return 0;
    }
    const char* const next = line_feed + 1;
    if (next > begin + kMaxHeadBytes) {
      fail_too_large();
      return 0;
    }
    if (line == stop) {
      line_at_ = static_cast<std::uint32_t>(line - begin);
      if (step_ != Step::StatusLine) return static_cast<std::size_t>(next - begin);
      head.erase(0, static_cast<std::size_t>(next - begin));  // left over by a careless server before this answer
      scanned_ = 0;
      return read_lines();
    }
    read_line({line, stop});
    if (stage_ == ParseStage::Failed) return 0;
    line = stop = next;
  }
}

// At scanned_ the line stops: because more has to come, or at a character that may not be there.
void ResponseParser::stop_inside_line(bool needs_more) {
  if (scanned_ >= kMaxHeadBytes) return fail_too_large();
  check_protocol(needs_more ? scanned_ : scanned_ + 1);
  if (!needs_more && stage_ != ParseStage::Failed) fail("control character in the head");
}

// Says no as early as possible: a server that speaks something else may wait for us for ever.
void ResponseParser::check_protocol(std::size_t known) {
  if (step_ != Step::StatusLine) return;
  const std::string_view line = head_->head;
  known = std::min(known, kProtocol.size());
  if (line.substr(0, known) != kProtocol.substr(0, known)) fail("answer does not begin with HTTP/");
}

void ResponseParser::read_line(std::string_view line) {
  if (step_ == Step::StatusLine) {
    read_status_line(line);
    step_ = Step::FieldLine;
  } else if (is_blank(line[0])) {
    read_folded_line(line);
  } else {
    read_field(line);
  }
}

void ResponseParser::read_status_line(std::string_view line) {
  if (!line.starts_with(kProtocol)) return fail("answer does not begin with HTTP/");
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
  const char* const begin = line.data();
  const char* const end = begin + line.size();
  // The search may look behind the line, where it stops at the line end at the latest: long steps are quick steps.
  const char* const name_end = find_name_end(begin, head_->head.data() + head_->head.size());
  const char* colon = name_end;
  while (colon < end && is_blank(*colon)) ++colon;
  if (colon >= end) return fail("header line without a colon");
  if (*colon != ':') return fail("invalid character in a header name");
  if (name_end == begin) return fail("header without a name");
  const std::string_view value = trim_blanks({colon + 1, end});
  head_->fields.push_back({offset(line), static_cast<std::uint32_t>(name_end - begin), offset(value),
                           static_cast<std::uint32_t>(value.size())});
}

// An obsolete continuation line: the line break before it becomes blanks and the value grows.
void ResponseParser::read_folded_line(std::string_view line) {
  if (head_->fields.size() == block_fields_) return fail("continuation line before any header");
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
