#include "http/completions.h"

namespace acrida::http {

void Completions::add(Operation& operation) {
  reactor::Letter& letter = operation.to_caller;
  for (Batch& batch : batches_) {  // nearly always the first: there are few hubs
    if (batch.mailbox != operation.reply_to) continue;
    letter.next = batch.newest;
    batch.newest = &letter;
    return;
  }
  letter.next = nullptr;
  batches_.push_back({operation.reply_to, &letter, &letter, operation.wake_caller, operation.wake_argument});
}

void Completions::flush() {
  for (const Batch& batch : batches_) {
    const bool sleeps = batch.mailbox->post_chain(batch.newest, batch.oldest);
    if (sleeps && batch.wake) batch.wake(batch.wake_argument);
  }
  batches_.clear();
}

}  // namespace acrida::http
