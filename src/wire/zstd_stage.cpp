#include <zstd.h>

#include <algorithm>
#include <new>

#include "wire/coding_stage.h"

namespace acrida::wire {

namespace {

// Frames may follow each other; zstd goes from one to the next by itself.
class ZstdStage : public CodingStage {
 public:
  ZstdStage() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }

  void restart() override {
    ZSTD_DCtx_reset(stream_.get(), ZSTD_reset_session_only);
    wanted_ = 1;
    magic_left_ = kMagicBytes;
  }
  bool is_complete() const override { return wanted_ == 0; }

  const char* feed(std::string_view bytes, CodingOutput& output) override {
    ZSTD_inBuffer in{bytes.data(), 0, 0};
    bool is_full = false;
    while (in.pos < bytes.size() || is_full) {
      if (magic_left_ > 0) --magic_left_;
      in.size = magic_left_ > 0 ? std::min(in.pos + 1, bytes.size()) : bytes.size();
      char piece[kPieceBytes];
      ZSTD_outBuffer out{piece, sizeof piece, 0};
      const std::size_t wanted = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(wanted)) return ZSTD_getErrorName(wanted);
      if (!output.append(piece, out.pos)) return kTooLarge;
      wanted_ = wanted;
      if (wanted == 0) magic_left_ = kMagicBytes;
      is_full = out.pos == out.size && wanted != 0;
    }
    return nullptr;
  }

 private:
  struct Destroy {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Destroy> stream_;
  // A library built with support for zstd's formats of before 2016 would take those for content, too, if it saw their
  // magic number at once; so it gets the first bytes of each frame one by one.
  static constexpr int kMagicBytes = 4;
  int magic_left_ = kMagicBytes;
  std::size_t wanted_ = 1;  // what the decoder would like next; 0 exactly at the end of a frame
};

}  // namespace

std::unique_ptr<CodingStage> make_zstd_stage() { return std::make_unique<ZstdStage>(); }

}  // namespace acrida::wire
