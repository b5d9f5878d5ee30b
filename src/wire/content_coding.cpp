#include "wire/content_coding.h"

#include "wire/ascii.h"
#include "wire/coding_stage.h"
#include "wire/response_head.h"

namespace acrida::wire {

namespace {

constexpr std::size_t kMaxStages = 5;  // nobody means more than two; each one multiplies the work a hostile body makes

std::unique_ptr<CodingStage> make_stage(std::string_view coding) {
  if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) return make_gzip_stage();
  if (equals_ignoring_case(coding, "deflate")) return make_deflate_stage();
  if (equals_ignoring_case(coding, "br")) return make_brotli_stage();
  if (equals_ignoring_case(coding, "zstd")) return make_zstd_stage();
  return nullptr;
}

}  // namespace

ContentDecoder::ContentDecoder() = default;
ContentDecoder::~ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;

void ContentDecoder::start(std::string_view content_encoding, std::int64_t limit) {
  error_ = "";
  has_input_ = false;
  limit_ = limit;
  if (content_encoding == codings_) {
    for (auto& stage : stages_) stage->restart();
  } else {
    codings_ = content_encoding;
    build_stages();
  }
  room_.assign(stages_.size(), limit);
}

void ContentDecoder::build_stages() {
  stages_.clear();
  std::string_view list = codings_;
  while (!list.empty()) {
    const std::string_view coding = next_list_item(list);
    if (coding.empty() || equals_ignoring_case(coding, "identity")) continue;
    auto stage = make_stage(coding);
    if (stage == nullptr || stages_.size() == kMaxStages) {
      stages_.clear();
      break;
    }
    stages_.insert(stages_.begin(), std::move(stage));
  }
  between_.resize(stages_.empty() ? 0 : stages_.size() - 1);
}

bool ContentDecoder::feed(std::string_view bytes, std::string& body) {
  if (*error_ != '\0') return false;
  if (bytes.empty()) return true;
  has_input_ = true;
  if (!stages_.empty()) return feed_stage(0, bytes, body);
  body.append(bytes);
  return true;
}

bool ContentDecoder::feed_stage(std::size_t index, std::string_view bytes, std::string& body) {
  const bool is_last = index + 1 == stages_.size();
  if (!is_last) between_[index].clear();
  CodingOutput output(is_last ? body : between_[index], room_[index]);
  if (const char* error = stages_[index]->feed(bytes, output)) {
    error_ = error;
    return false;
  }
  return is_last || between_[index].empty() || feed_stage(index + 1, between_[index], body);
}

bool ContentDecoder::finish() {
  if (*error_ != '\0') return false;
  if (!has_input_) return true;
  for (const auto& stage : stages_)
    if (!stage->is_complete()) {
      error_ = "incomplete or truncated stream";
      return false;
    }
  return true;
}

}  // namespace acrida::wire
