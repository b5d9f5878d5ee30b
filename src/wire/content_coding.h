#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace acrida::wire {

class CodingStage;

// Undoes Content-Encoding while the body arrives: gzip, x-gzip, deflate (with or without zlib's frame), br, zstd, and
// several of them on top of each other ("gzip, br": br is undone first).
//
// Owner   whoever reads the body. Reusable: start() with the codings of last time only rewinds, so one decoder per
//         thread is enough for bodies decoded in one go, and spares an allocation of some 40 KB per answer.
// Thread  any, one at a time.
// Fails   feed() and finish() answer false, error() has zlib's (brotli's, zstd's) words. Memory is bounded by the
// limit.
class ContentDecoder {
 public:
  static constexpr std::int64_t kDefaultLimit = std::int64_t{1} << 30;  // decoded bytes; guards against bombs

  ContentDecoder();
  ~ContentDecoder();
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;

  // Expects a new body. `content_encoding` is the header's value, all lines joined with commas. With an empty list,
  // "identity" or a coding that nobody here knows the bytes pass unchanged: is_identity().
  void start(std::string_view content_encoding, std::int64_t limit = kDefaultLimit);
  bool is_identity() const { return stages_.empty(); }

  // Decodes one more piece and appends to `body`. After a false the decoder wants a start().
  bool feed(std::string_view bytes, std::string& body);
  // The body has ended. False when a coded stream has not; an empty body is fine, as HEAD and 304 have one.
  bool finish();
  // "incorrect header check", … or "" when nothing went wrong.
  const char* error() const { return error_; }

 private:
  void build_stages();
  bool feed_stage(std::size_t index, std::string_view bytes, std::string& body);

  std::string codings_;
  std::vector<std::unique_ptr<CodingStage>> stages_;  // in the order of undoing
  std::vector<std::string> between_;                  // what stage i gives to stage i + 1
  std::vector<std::int64_t> room_;                    // what each stage may still produce
  std::int64_t limit_ = kDefaultLimit;
  bool has_input_ = false;
  const char* error_ = "";
};

}  // namespace acrida::wire
