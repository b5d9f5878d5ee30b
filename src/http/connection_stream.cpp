#include <utility>

#include "http/connection.h"
#include "http/context.h"
#include "http/outcome.h"
#include "http/pool.h"

// Answers that are handed out in pieces. The operation travels between its caller and here; the connection stays
// its own until the last piece is out.
namespace acrida::http {

void Connection::hand_out_head() {
  Operation& operation = *operation_;
  static_cast<wire::ResponseHead&>(operation.answer) = stream_->head;
  if (is_followed(operation)) return;  // nobody reads the body of a redirect: it comes back whole
  stream_->is_head_out = true;
  if (!is_all_sent()) {  // its body is the caller's again
    is_cut_ = true;
    request_bytes_ = sent_bytes_;
  }
  if (settle(context_, operation)) return context_.completions.add(operation);
  operation_ = nullptr;
  close();
}

void Connection::want_more() {
  operation_->answer.body.clear();
  stream_->is_wanted = true;
  const bool was_paused = is_paused();
  active_at_ = context_.reactor.now();
  hand_out_piece();
  if (is_closed_ || !operation_) return;
  if (stream_->is_wanted) arm_deadline();
  if (was_paused) read_socket();
}

void Connection::hand_out_piece() {
  Stream& stream = *stream_;
  if (!stream.is_wanted || (stream.ahead.empty() && !stream.has_ended)) return;
  Operation& operation = *operation_;
  stream.is_wanted = false;
  operation.answer.body.swap(stream.ahead);
  stream.ahead.clear();
  operation.answer.wire_body_bytes = parser_.body_bytes();
  if (stream.has_ended) return hand_out_last();
  if (try_complete(operation)) return context_.completions.add(operation);
  operation_ = nullptr;
  stream_.reset();
  close();
}

void Connection::hand_out_last() {
  Operation& operation = *std::exchange(operation_, nullptr);
  operation.stream_ended = true;
  operation.answer.error = std::move(stream_->error);
  const bool may_be_kept = stream_->may_be_kept;
  stream_.reset();
  const bool is_ours = try_complete(operation);
  if (is_ours) hand_back(context_, operation);
  release(may_be_kept && is_ours);
}

// The last byte is here, or the stream has broken: what was read is still handed out.
void Connection::end_stream(bool may_be_kept, Error error) {
  Stream& stream = *stream_;
  return_decoder();
  if (!stream.is_head_out) {  // a redirect, whole
    Operation& operation = *std::exchange(operation_, nullptr);
    operation.answer.body.swap(stream.ahead);
    operation.answer.wire_body_bytes = parser_.body_bytes();
    operation.stream_ended = true;
    stream_.reset();
    const bool is_ours = settle(context_, operation);
    if (is_ours) hand_back(context_, operation);
    return release(may_be_kept && is_ours);
  }
  stream.has_ended = true;
  stream.may_be_kept = may_be_kept;
  stream.error = std::move(error);
  if (!may_be_kept) drop_socket();
  hand_out_piece();
}

}  // namespace acrida::http
