#include <algorithm>
#include <cstring>
#include <limits>

#include "wire/ascii.h"
#include "wire/response_parser.h"

// The body: by length, in chunks, or until the connection closes.
namespace acrida::wire {

namespace {

constexpr std::uint32_t kMaxChunkLineBytes = 16 * 1024;  // size, extensions and line end

}  // namespace

std::int64_t ResponseParser::missing_body_bytes() const {
  return step_ == Step::Length || step_ == Step::ChunkData ? missing_ : -1;
}

std::size_t ResponseParser::feed_body(std::string_view bytes, std::string& body) {
  if (step_ == Step::Length) {
    const std::size_t used = take(bytes, body);
    if (missing_ == 0) stage_ = ParseStage::Done;
    return used;
  }
  if (step_ == Step::UntilClose) {
    body.append(bytes);
    body_bytes_ += static_cast<std::int64_t>(bytes.size());
    return bytes.size();
  }
  return feed_chunked(bytes, body);
}

// Moves what belongs to the body, or to the chunk. A body that comes in several pieces gets its room at once.
std::size_t ResponseParser::take(std::string_view bytes, std::string& body) {
  const std::int64_t size = std::min(missing_, static_cast<std::int64_t>(bytes.size()));
  if (step_ == Step::Length && size < missing_ && body_bytes_ == 0)
    body.reserve(body.size() + std::min(static_cast<std::size_t>(missing_), kMaxReserve));
  body.append(bytes.data(), static_cast<std::size_t>(size));
  missing_ -= size;
  body_bytes_ += size;
  return static_cast<std::size_t>(size);
}

std::size_t ResponseParser::feed_chunked(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (used < bytes.size() && !is_finished()) {
    const std::string_view rest = bytes.substr(used);
    switch (step_) {
      case Step::ChunkData:
        used += take(rest, body);
        if (missing_ == 0) step_ = Step::ChunkEnd;
        break;
      case Step::ChunkExtension:
        used += skip_chunk_extension(rest);
        break;
      case Step::ChunkEnd:
        read_chunk_end(rest[0]);
        ++used;
        break;
      case Step::Trailers:
        used += feed_lines(rest);
        break;
      default:
        read_chunk_size(rest[0]);
        ++used;
        break;
    }
  }
  return stage_ == ParseStage::Failed ? bytes.size() : used;
}

void ResponseParser::begin_chunk() {
  step_ = Step::ChunkSize;
  missing_ = 0;
  chunk_line_bytes_ = 0;
  has_chunk_digit_ = has_carriage_return_ = has_blank_ = false;
}

void ResponseParser::read_chunk_size(char c) {
  if (++chunk_line_bytes_ > kMaxChunkLineBytes) return fail("chunk size line is too long");
  if (c == '\n' && has_chunk_digit_) return end_chunk_line();
  const int digit = hex_value(c);
  if (has_carriage_return_ || (digit < 0 && !has_chunk_digit_) || (digit >= 0 && has_blank_))
    return fail("chunk size is not a hexadecimal number");
  if (digit >= 0) {
    if (missing_ > (std::numeric_limits<std::int64_t>::max() >> 4)) return fail("chunk size is too large");
    missing_ = missing_ * 16 + digit;
    has_chunk_digit_ = true;
  } else if (c == ';') {
    step_ = Step::ChunkExtension;
  } else if (c == '\r') {
    has_carriage_return_ = true;
  } else if (is_blank(c)) {
    has_blank_ = true;
  } else {
    fail("chunk size is not a hexadecimal number");
  }
}

std::size_t ResponseParser::skip_chunk_extension(std::string_view bytes) {
  const std::size_t line_feed = bytes.find('\n');
  const std::size_t used = line_feed == bytes.npos ? bytes.size() : line_feed + 1;
  if (used > kMaxChunkLineBytes - chunk_line_bytes_) {
    fail("chunk size line is too long");
    return used;
  }
  chunk_line_bytes_ += static_cast<std::uint32_t>(used);
  if (line_feed != bytes.npos) end_chunk_line();
  return used;
}

void ResponseParser::end_chunk_line() {
  has_carriage_return_ = false;
  if (missing_ > 0) {
    step_ = Step::ChunkData;
    return;
  }
  step_ = Step::Trailers;
  line_at_ = scanned_ = static_cast<std::uint32_t>(head_->head.size());
  block_fields_ = static_cast<std::uint32_t>(head_->fields.size());
}

void ResponseParser::read_chunk_end(char c) {
  if (c == '\n') return begin_chunk();
  if (c != '\r' || has_carriage_return_) return fail("chunk is longer than its size says");
  has_carriage_return_ = true;
}

}  // namespace acrida::wire
