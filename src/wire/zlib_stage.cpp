#include <zlib.h>

#include <algorithm>
#include <new>

#include "wire/coding_stage.h"

namespace acrida::wire {

namespace {

constexpr int kRawWindow = -MAX_WBITS;       // no frame at all
constexpr int kZlibWindow = MAX_WBITS;       // zlib's two byte header and checksum
constexpr int kGzipWindow = 16 + MAX_WBITS;  // gzip's header and checksum

// Inflates one stream after the other; what follows the end of a stream is left to the subclass.
class Inflater {
 public:
  explicit Inflater(int window) {
    if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  void restart(int window) {
    inflateReset2(&stream_, window);
    has_ended_ = false;
  }
  bool has_ended() const { return has_ended_; }

  // Takes bytes off the front until they are used up or the stream has ended.
  const char* feed(std::string_view& bytes, CodingOutput& output) {
    Bytef piece[CodingStage::kPieceBytes];
    do {
      const std::size_t size = std::min<std::size_t>(bytes.size(), 1u << 30);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream_.avail_in = static_cast<uInt>(size);
      stream_.next_out = piece;
      stream_.avail_out = sizeof piece;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      bytes.remove_prefix(size - stream_.avail_in);
      if (!output.append(piece, sizeof piece - stream_.avail_out)) return CodingStage::kTooLarge;
      has_ended_ = code == Z_STREAM_END;
      if (code == Z_BUF_ERROR) return nullptr;  // it wants more
      if (code == Z_NEED_DICT) return "preset dictionary needed";
      if (code != Z_OK && code != Z_STREAM_END) return stream_.msg != nullptr ? stream_.msg : zError(code);
    } while (!has_ended_ && (!bytes.empty() || stream_.avail_out == 0));
    return nullptr;
  }

 private:
  z_stream stream_{};
  bool has_ended_ = false;
};

// Members may follow each other; other bytes behind the last member are padding and ignored, as everywhere.
class GzipStage : public CodingStage {
 public:
  void restart() override {
    inflater_.restart(kGzipWindow);
    has_padding_ = false;
  }
  bool is_complete() const override { return inflater_.has_ended(); }

  const char* feed(std::string_view bytes, CodingOutput& output) override {
    constexpr char kMagic = '\x1f';
    while (!bytes.empty() && !has_padding_) {
      if (inflater_.has_ended()) {
        has_padding_ = bytes.front() != kMagic;
        if (has_padding_) break;
        inflater_.restart(kGzipWindow);
      }
      if (const char* error = inflater_.feed(bytes, output)) return error;
    }
    return nullptr;
  }

 private:
  Inflater inflater_{kGzipWindow};
  bool has_padding_ = false;
};

// "deflate" means zlib's frame, but some servers send the naked stream. The first two bytes tell: those of a zlib
// frame have 8 in the low half of the first and are together a multiple of 31; a naked stream that begins so would
// have a stored block with bits set that every encoder leaves 0.
class DeflateStage : public CodingStage {
 public:
  void restart() override {
    inflater_.restart(kZlibWindow);
    start_.clear();
    is_decided_ = false;
  }
  bool is_complete() const override { return inflater_.has_ended(); }

  const char* feed(std::string_view bytes, CodingOutput& output) override {
    while (!is_decided_ && !bytes.empty()) {
      start_ += bytes.front();
      bytes.remove_prefix(1);
      if (start_.size() < 2) continue;
      decide();
      std::string_view start = start_;
      if (const char* error = inflater_.feed(start, output)) return error;
    }
    if (bytes.empty() || inflater_.has_ended()) return nullptr;
    return inflater_.feed(bytes, output);
  }

 private:
  void decide() {
    const auto first = static_cast<unsigned char>(start_[0]), second = static_cast<unsigned char>(start_[1]);
    const bool is_framed = (first & 0x0f) == 8 && (first * 256 + second) % 31 == 0;
    inflater_.restart(is_framed ? kZlibWindow : kRawWindow);
    is_decided_ = true;
  }

  Inflater inflater_{kZlibWindow};
  std::string start_;
  bool is_decided_ = false;
};

}  // namespace

std::unique_ptr<CodingStage> make_gzip_stage() { return std::make_unique<GzipStage>(); }
std::unique_ptr<CodingStage> make_deflate_stage() { return std::make_unique<DeflateStage>(); }

}  // namespace acrida::wire
