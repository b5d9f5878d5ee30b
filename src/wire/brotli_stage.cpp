#include <brotli/decode.h>

#include <new>

#include "wire/coding_stage.h"

namespace acrida::wire {

namespace {

class BrotliStage : public CodingStage {
 public:
  BrotliStage() { restart(); }

  void restart() override {  // brotli has no rewind
    state_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    if (state_ == nullptr) throw std::bad_alloc();
  }
  bool is_complete() const override { return BrotliDecoderIsFinished(state_.get()); }

  const char* feed(std::string_view bytes, CodingOutput& output) override {
    std::size_t unread = bytes.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
    for (;;) {
      if (is_complete()) return nullptr;  // bytes behind the end are ignored
      std::uint8_t piece[kPieceBytes];
      std::size_t free = sizeof piece;
      std::uint8_t* out = piece;
      const auto result = BrotliDecoderDecompressStream(state_.get(), &unread, &next, &free, &out, nullptr);
      if (!output.append(piece, sizeof piece - free)) return kTooLarge;
      if (result == BROTLI_DECODER_RESULT_ERROR)
        return BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state_.get()));
      if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) return nullptr;
    }
  }

 private:
  struct Destroy {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::unique_ptr<BrotliDecoderState, Destroy> state_;
};

}  // namespace

std::unique_ptr<CodingStage> make_brotli_stage() { return std::make_unique<BrotliStage>(); }

}  // namespace acrida::wire
