// A decoder must never produce more than its limit, and the size of the pieces must not matter.
// Input: one byte that chooses the codings, one byte for the size of the pieces, then the coded body.
#include <cstdint>
#include <cstdlib>

#include "wire/content_coding.h"

namespace {

constexpr const char* kCodings[] = {"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, deflate", "gzip, gzip"};
constexpr std::int64_t kLimit = 1 << 18;

bool decode(const char* coding, std::string_view bytes, std::size_t piece, std::string& body) {
  static acrida::wire::ContentDecoder decoder;  // as on a connection: one after the other
  decoder.start(coding, kLimit);
  while (!bytes.empty()) {
    if (!decoder.feed(bytes.substr(0, piece), body)) return false;
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return decoder.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const char* coding = kCodings[data[0] % std::size(kCodings)];
  std::string whole, pieces;
  const bool is_good = decode(coding, bytes, std::string_view::npos, whole);
  if (decode(coding, bytes, 1 + data[1], pieces) != is_good) std::abort();
  if (is_good && whole != pieces) std::abort();
  if (whole.size() > kLimit || pieces.size() > kLimit) std::abort();
  return 0;
}
