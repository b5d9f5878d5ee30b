#include "python/data_stack.h"

#include <vector>

namespace acrida::python {

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030D0000

namespace {

constexpr std::size_t kKeptChunks = 256;

std::vector<_PyStackChunk*>& spare_chunks() {
  static auto* chunks = new std::vector<_PyStackChunk*>;
  return *chunks;
}

// The only chunk of a greenlet, with nothing on it. Its first slot is never used: see _PyThreadState_PushFrame.
bool is_empty(const PyThreadState* state) {
  const _PyStackChunk* chunk = state->datastack_chunk;
  return chunk && !chunk->previous && state->datastack_top == &chunk->data[1];
}

void give_back(_PyStackChunk* chunk) {
  if (spare_chunks().size() < kKeptChunks) {
    spare_chunks().push_back(chunk);
    return;
  }
  PyObjectArenaAllocator allocator;
  PyObject_GetArenaAllocator(&allocator);
  allocator.free(allocator.ctx, chunk, chunk->size);
}

}  // namespace

LentDataStack::LentDataStack() {
  PyThreadState* state = PyThreadState_Get();
  if (PyEval_GetFrame() || !is_empty(state)) return;
  give_back(state->datastack_chunk);
  state->datastack_chunk = nullptr;
  state->datastack_top = state->datastack_limit = nullptr;
  is_lent_ = true;
}

LentDataStack::~LentDataStack() {
  PyThreadState* state = PyThreadState_Get();
  if (!is_lent_ || state->datastack_chunk || spare_chunks().empty()) return;  // CPython makes a new one when needed
  _PyStackChunk* chunk = spare_chunks().back();
  spare_chunks().pop_back();
  state->datastack_chunk = chunk;
  state->datastack_top = &chunk->data[1];
  state->datastack_limit = reinterpret_cast<PyObject**>(reinterpret_cast<char*>(chunk) + chunk->size);
}

#else

LentDataStack::LentDataStack() = default;
LentDataStack::~LentDataStack() { (void)is_lent_; }

#endif

}  // namespace acrida::python
