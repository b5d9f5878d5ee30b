#include "fiber/stack.h"

#include <sys/mman.h>
#include <unistd.h>

namespace acrida::fiber {

namespace {
// Wide enough for a function whose frame is bigger than a page: it would step over a single one.
constexpr std::size_t kGuardBytes = 64 * 1024;

std::size_t page_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}
}  // namespace

Stack::Stack(std::size_t bytes) {
  const std::size_t page = page_bytes();
  mapped_bytes_ = (bytes + page - 1) / page * page + kGuardBytes;
  void* const memory =
      mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;
  if (mprotect(static_cast<char*>(memory) + kGuardBytes, mapped_bytes_ - kGuardBytes, PROT_READ | PROT_WRITE) != 0) {
    munmap(memory, mapped_bytes_);
    return;
  }
  memory_ = static_cast<char*>(memory);
}

Stack::~Stack() {
  if (memory_) munmap(memory_, mapped_bytes_);
}

char* Stack::bottom() const { return memory_ + kGuardBytes; }

}  // namespace acrida::fiber
