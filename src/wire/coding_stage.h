#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace acrida::wire {

// Where a stage puts what it decoded; refuses what goes over the limit.
class CodingOutput {
 public:
  CodingOutput(std::string& text, std::int64_t& room) : text_(text), room_(room) {}

  [[nodiscard]] bool append(const void* bytes, std::size_t size) {
    if (static_cast<std::int64_t>(size) > room_) return false;
    room_ -= static_cast<std::int64_t>(size);
    text_.append(static_cast<const char*>(bytes), size);
    return true;
  }

 private:
  std::string& text_;
  std::int64_t& room_;
};

// One coding of a body. Private to wire; ContentDecoder stacks them.
//
// Fails   by a text with static lifetime, nullptr when all is well.
class CodingStage {
 public:
  static constexpr std::size_t kPieceBytes = 32 * 1024;  // decoded at once, on the stack
  static constexpr const char* kTooLarge = "decoded body is larger than the limit";

  virtual ~CodingStage() = default;
  virtual void restart() = 0;
  virtual const char* feed(std::string_view bytes, CodingOutput& output) = 0;
  virtual bool is_complete() const = 0;  // the stream has come to its end
};

std::unique_ptr<CodingStage> make_gzip_stage();
std::unique_ptr<CodingStage> make_deflate_stage();
std::unique_ptr<CodingStage> make_brotli_stage();
std::unique_ptr<CodingStage> make_zstd_stage();

}  // namespace acrida::wire
