#include <cerrno>
#include <utility>

#include "http/connection.h"
#include "http/context.h"
#include "http/outcome.h"
#include "http/pool.h"

// From bytes to the answer.
namespace acrida::http {

void Connection::on_bytes(std::string_view bytes, const net::Arrival& arrival) {
  if (!operation_ || (stream_ && stream_->has_ended)) return on_unexpected();
  if (is_late(arrival)) return;
  note_arrival(arrival);
  if (!parse(bytes)) return;
  if (parser_.stage() == wire::ParseStage::Done) return on_answer(!bytes.empty());
  if (stream_) hand_out_piece();
}

// An answer that came in time is in time, however late we read it; and the other way round.
bool Connection::is_late(const net::Arrival& arrival) {
  if (arrival.is_read_time || (stream_ && stream_->is_head_out)) return false;
  const ErrorKind kind = expired_kind(arrival.at);
  if (kind == ErrorKind::None) return false;
  fail({.kind = kind, .code = 0, .detail = {}});
  return true;
}

void Connection::note_arrival(const net::Arrival& arrival) {
  active_at_ = arrival.at;
  if (stream_ && stream_->is_head_out) return;  // its times are with the caller
  Timings& timings = operation_->timings;
  if (!parser_.has_begun()) timings.first_byte_at = arrival.at;
  timings.ended_at = arrival.at;
  timings.own_delay = arrival.own_delay;
  timings.used_read_time |= arrival.is_read_time;
}

// False: the answer is of no use, and everything is done.
bool Connection::parse(std::string_view& bytes) {
  while (!bytes.empty() && !parser_.is_finished()) {
    const bool was_in_head = parser_.stage() == wire::ParseStage::Head;
    std::string& body = decoder_ ? context_.scratch : stream_ ? stream_->ahead : operation_->answer.body;
    bytes.remove_prefix(parser_.feed(bytes, body));
    if (was_in_head && parser_.stage() != wire::ParseStage::Head) {
      on_head();
      if (!operation_) return false;  // cancelled meanwhile
    } else if (decoder_ && !decode()) {
      return false;
    }
  }
  if (parser_.stage() != wire::ParseStage::Failed) return true;
  fail(unfinished(0));
  return false;
}

void Connection::on_head() {
  const wire::ResponseHead& head = stream_ ? stream_->head : operation_->answer;
  if (head.has_content_encoding && !operation_->keep_encoded && !operation_->is_head) take_decoder(head);
  if (stream_) hand_out_head();
}

void Connection::take_decoder(const wire::ResponseHead& head) {
  if (context_.decoders.empty()) {
    decoder_ = std::make_unique<wire::ContentDecoder>();
  } else {
    decoder_ = std::move(context_.decoders.back());
    context_.decoders.pop_back();
  }
  decoder_->start(head.find_all("content-encoding"));
  context_.scratch.clear();
}

void Connection::return_decoder() {
  if (decoder_) context_.decoders.push_back(std::move(decoder_));
}

bool Connection::decode() {
  std::string& body = stream_ ? stream_->ahead : operation_->answer.body;
  const bool is_good =
      decoder_->feed(context_.scratch, body) && (parser_.stage() != wire::ParseStage::Done || decoder_->finish());
  context_.scratch.clear();
  if (is_good) return true;
  fail({.kind = ErrorKind::MalformedEncoding, .code = 0, .detail = decoder_->error()});
  return false;
}

void Connection::on_answer(bool has_more_bytes) {
  const wire::ResponseHead& head = stream_ ? stream_->head : operation_->answer;
  const bool may_be_kept = head.keeps_connection && !operation_->close_after && !has_peer_closed_ && is_all_sent() &&
                           !is_cut_ && !has_more_bytes && write_error_ == 0;
  if (stream_) return end_stream(may_be_kept, {});
  Operation& operation = *std::exchange(operation_, nullptr);
  operation.answer.wire_body_bytes = parser_.body_bytes();
  return_decoder();
  const bool is_ours = settle(context_, operation);
  if (is_ours) hand_back(context_, operation);
  release(may_be_kept && is_ours);
}

void Connection::release(bool may_be_kept) {
  if (!may_be_kept) return close();
  is_reused_ = true;
  if (tls_) {
    holds_tls_buffers_ = true;
    arm_deadline();
  }
  pool_.on_free(*this);
}

// The parser has failed, or the peer has closed (errno or 0).
Error Connection::unfinished(int error) {
  if (error != 0) return {.kind = ErrorKind::ConnectionReset, .code = error, .detail = {}};
  switch (parser_.error()) {
    case wire::ParseError::NoAnswer:
      return {.kind = ErrorKind::ClosedBeforeAnswer, .code = 0, .detail = {}};
    case wire::ParseError::HeadTooLarge:
      return {.kind = ErrorKind::AnswerTooLarge, .code = 0, .detail = parser_.reason()};
    case wire::ParseError::BodyIncomplete:
      return {.kind = ErrorKind::BodyIncomplete,
              .code = static_cast<int>(parser_.missing_body_bytes()),
              .detail = parser_.reason()};
    default:
      return {.kind = ErrorKind::MalformedAnswer, .code = 0, .detail = parser_.reason()};
  }
}

}  // namespace acrida::http
