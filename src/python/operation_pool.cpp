#include <vector>

#include "python/hub.h"

namespace acrida::python {
namespace {

constexpr std::size_t kPooledOperations = 2048;
constexpr std::size_t kPooledBufferBytes = 64 * 1024;

std::vector<Pending*>& pool() {
  static auto* operations = new std::vector<Pending*>;  // never destroyed: responses may outlive static destruction
  return *operations;
}

}  // namespace

Pending* acquire_operation() {
  auto& free = pool();
  if (free.empty()) return new Pending;
  Pending* op = free.back();
  free.pop_back();
  return op;
}

void release_operation(Pending* op) {
  Py_CLEAR(op->body_owner);
  Py_CLEAR(op->waiter);
  if (pool().size() >= kPooledOperations || op->answer.body.capacity() > kPooledBufferBytes ||
      op->answer.head.capacity() > kPooledBufferBytes || op->head.capacity() > kPooledBufferBytes) {
    delete op;
    return;
  }
  op->body = nullptr;
  op->body_size = 0;
  op->recorder = nullptr;
  op->answer.clear();  // a failure must not show what the operation brought last time
  op->answer.body.clear();
  op->answer.error = {};
  op->answer.wire_body_bytes = 0;
  op->timings = {};
  op->peer.clear();
  op->counted = false;
  op->resent = 0;
  op->stream = op->stream_ended = false;
  op->prior = base::Duration{0};
  op->is_back = false;
  op->state.store(http::OperationState::Idle, std::memory_order_relaxed);
  pool().push_back(op);
}

}  // namespace acrida::python
