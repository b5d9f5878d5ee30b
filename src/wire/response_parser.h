#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/response_head.h"

namespace acrida::wire {

class HeadMemory;

enum class ParseStage : std::uint8_t {
  Head,    // the head is not complete
  Body,    // the head stands in ResponseHead, the body is not complete
  Done,    // the answer is complete
  Failed,  // error() and reason() say why
};

enum class ParseError : std::uint8_t {
  None,
  Malformed,       // these bytes are no HTTP/1 answer
  HeadTooLarge,    // head (with trailers) over kMaxHeadBytes
  NoAnswer,        // closed before one byte came
  HeadIncomplete,  // closed inside the head
  BodyIncomplete,  // closed inside the body, see missing_body_bytes()
};

// Reads one HTTP/1.x answer from bytes that arrive in pieces of any size.
//
//   parser.reset(answer, is_head_request);
//   while (!bytes.empty() && !parser.is_finished()) bytes.remove_prefix(parser.feed(bytes, body));
//
// feed() pauses once, right after the head (stage Body), so that the caller may choose where the body goes: into the
// answer, through a decoder, or to a stream. Interim answers (1xx but 101) are skipped. The parser never looks at
// `body` again: the caller may take its bytes away, or pass another string, between two calls.
//
// Owner   the connection; one parser serves answer after answer.
// Thread  any, one at a time.
// Fails   by stage Failed; nothing throws but std::bad_alloc.
class ResponseParser {
 public:
  static constexpr std::size_t kMaxHeadBytes = 256 * 1024;
  static constexpr std::size_t kMaxReserve = 16 * 1024 * 1024;  // trust in Content-Length when reserving memory

  // Clears `head` and expects a new answer. `head` must live until the answer is finished or the next reset(). Heads
  // that `memory` knows are not read again; it must live as long.
  void reset(ResponseHead& head, bool is_head_request, HeadMemory* memory = nullptr);

  // Reads at most up to the end of the answer (or of the head), appends body bytes (without chunk framing) to `body`
  // and tells how many bytes it has used. 0 only when `bytes` is empty or the answer is finished.
  std::size_t feed(std::string_view bytes, std::string& body);

  // The peer has closed: Done for a body without length, Failed for every other unfinished answer.
  ParseStage on_close();

  ParseStage stage() const { return stage_; }
  bool is_finished() const { return stage_ == ParseStage::Done || stage_ == ParseStage::Failed; }
  bool has_begun() const { return has_begun_; }  // at least one byte has come since reset()
  ParseError error() const { return error_; }
  const char* reason() const { return reason_; }           // one short phrase, "" unless Failed
  std::int64_t body_bytes() const { return body_bytes_; }  // received so far, without chunk framing
  // Still to come of a body of known length; -1 when unknown (chunked: of the current chunk, -1 between chunks).
  std::int64_t missing_body_bytes() const;

 private:
  friend class HeadMemory;

  enum class Step : std::uint8_t {
    StatusLine,
    FieldLine,
    Length,
    UntilClose,
    ChunkSize,
    ChunkExtension,
    ChunkData,
    ChunkEnd,
    Trailers
  };

  void fail(ParseError error, const char* reason);
  void fail_too_large();
  void fail(const char* reason) { fail(ParseError::Malformed, reason); }
  std::uint32_t offset(std::string_view part) const {  // of a view into head
    return static_cast<std::uint32_t>(part.data() - head_->head.data());
  }

  std::size_t feed_head(std::string_view bytes);
  void continue_behind(const ResponseParser& other, const ResponseHead& its_head);
  std::size_t feed_lines(std::string_view bytes);
  std::size_t read_lines();
  void stop_inside_line(bool needs_more);
  void check_protocol(std::size_t known);
  void read_line(std::string_view line);
  void read_status_line(std::string_view line);
  void read_field(std::string_view line);
  void read_folded_line(std::string_view line);

  void end_head();
  void interpret(const HeaderField& field);
  void interpret_connection(std::string_view list);
  void interpret_content_length(std::string_view list);
  void interpret_transfer_encoding(std::string_view list);
  void choose_framing();

  std::size_t feed_body(std::string_view bytes, std::string& body);
  std::size_t feed_chunked(std::string_view bytes, std::string& body);
  std::size_t take(std::string_view bytes, std::string& body);
  void begin_chunk();
  void read_chunk_size(char c);
  std::size_t skip_chunk_extension(std::string_view bytes);
  void end_chunk_line();
  void read_chunk_end(char c);

  ResponseHead* head_ = nullptr;
  HeadMemory* memory_ = nullptr;
  ParseStage stage_ = ParseStage::Head;
  Step step_ = Step::StatusLine;
  ParseError error_ = ParseError::None;
  bool is_head_request_ = false;
  bool has_begun_ = false;
  bool says_close_ = false, says_keep_alive_ = false;
  bool has_transfer_encoding_ = false;
  bool has_chunk_digit_ = false, has_blank_ = false, has_carriage_return_ = false;  // in this chunk's size line or end
  std::uint32_t line_at_ = 0;       // in head: where the unfinished line begins ...
  std::uint32_t scanned_ = 0;       // ... and up to where it is known to hold no line end
  std::uint32_t block_fields_ = 0;  // fields that came before this block (trailers cannot fold into headers)
  std::uint32_t chunk_line_bytes_ = 0;
  std::int64_t missing_ = -1;
  std::int64_t body_bytes_ = 0;
  const char* reason_ = "";
};

}  // namespace acrida::wire
