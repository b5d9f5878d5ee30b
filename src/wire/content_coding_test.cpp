#include "wire/content_coding.h"

#include <brotli/encode.h>
#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

namespace acrida::wire {
namespace {

constexpr int kGzip = 16 + MAX_WBITS, kZlib = MAX_WBITS, kRaw = -MAX_WBITS;

std::string deflated(std::string_view text, int window) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string brotlied(std::string_view text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 32;
  std::string out(size, '\0');
  REQUIRE(BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, text.size(),
                                reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                reinterpret_cast<std::uint8_t*>(out.data())));
  out.resize(size);
  return out;
}

std::string zstded(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

const std::string& sample() {
  static const std::string text = [] {
    std::string t;
    for (int i = 0; i < 20000; ++i) t += "line " + std::to_string(i * 7919 % 10007) + "\n";
    return t;
  }();
  return text;
}

struct Decoded {
  std::string body, error;
};

Decoded decode(std::string_view coding, std::string_view bytes, std::size_t piece = std::string::npos,
               std::int64_t limit = ContentDecoder::kDefaultLimit) {
  ContentDecoder decoder;
  Decoded got;
  decoder.start(coding, limit);
  while (!bytes.empty() && decoder.feed(bytes.substr(0, piece), got.body))
    bytes.remove_prefix(std::min(piece, bytes.size()));
  decoder.finish();
  got.error = decoder.error();
  return got;
}

struct Coded {
  const char* coding;
  std::string bytes;
};

std::vector<Coded> coded(std::string_view text) {
  return {{"gzip", deflated(text, kGzip)},
          {"X-GZIP", deflated(text, kGzip)},
          {"deflate", deflated(text, kZlib)},
          {"deflate", deflated(text, kRaw)},
          {"br", brotlied(text)},
          {"zstd", zstded(text)},
          {"gzip, br", brotlied(deflated(text, kGzip))},
          {"br,identity , GZip", deflated(brotlied(text), kGzip)},
          {"deflate,zstd,gzip", deflated(zstded(deflated(text, kRaw)), kGzip)}};
}

TEST_CASE("every coding is undone, whatever the size of the pieces") {
  for (const std::string& text : {std::string(), std::string("x"), sample()})
    for (const Coded& row : coded(text))
      for (std::size_t piece : {std::size_t{1}, std::size_t{1000}, std::string::npos}) {
        CAPTURE(row.coding);
        CAPTURE(piece);
        const Decoded got = decode(row.coding, row.bytes, piece);
        CHECK(got.error == "");
        CHECK((got.body == text));
      }
}

TEST_CASE("a stream cut anywhere is an error at the end") {
  for (const Coded& row : coded("some words, some words, some words that compress"))
    for (std::size_t size = 1; size < row.bytes.size(); ++size) {
      CAPTURE(row.coding);
      CAPTURE(size);
      CHECK(decode(row.coding, row.bytes.substr(0, size)).error == "incomplete or truncated stream");
    }
}

TEST_CASE("an empty body needs no stream") {
  for (const char* coding : {"gzip", "deflate", "br", "zstd", "gzip, br"}) CHECK(decode(coding, "").error == "");
}

TEST_CASE("what is not coded passes unchanged") {
  for (const char* coding : {"", "identity", " , ", "compress", "gzip, sdch", "gzip,gzip,gzip,gzip,gzip,gzip"}) {
    CAPTURE(coding);
    ContentDecoder decoder;
    decoder.start(coding);
    CHECK(decoder.is_identity());
    CHECK(decode(coding, "plain text").body == "plain text");
  }
}

TEST_CASE("bodies that lie about their coding are told in the library's words") {
  CHECK(decode("gzip", "plain text").error == "incorrect header check");
  CHECK(decode("deflate", "plain text").error == "invalid stored block lengths");
  CHECK(decode("br", "plain text, and quite some of it").error != "");
  CHECK(decode("zstd", "plain text").error == "Unknown frame descriptor");
  std::string damaged = deflated("some words, some words", kGzip);
  damaged[damaged.size() - 5] ^= 1;  // in the checksum
  CHECK(decode("gzip", damaged).error == "incorrect data check");
  CHECK(decode("gzip, gzip", deflated("plain", kGzip)).error == "incorrect header check");
}

TEST_CASE("zstd's formats of before its standard are refused, however they arrive") {
  const std::string_view old = "\x25\xb5\x2f\xfd\xf6\x7f\x60";
  for (std::size_t piece : {std::size_t{1}, std::size_t{3}, std::string::npos})
    CHECK(decode("zstd", old, piece).error == "Unknown frame descriptor");
  CHECK(decode("zstd", zstded("new") + std::string(old)).error == "Unknown frame descriptor");
}

TEST_CASE("an error stays until the next start") {
  ContentDecoder decoder;
  std::string body;
  decoder.start("gzip");
  CHECK_FALSE(decoder.feed("plain", body));
  CHECK_FALSE(decoder.feed(deflated("x", kGzip), body));
  CHECK_FALSE(decoder.finish());
  decoder.start("gzip");
  CHECK(decoder.feed(deflated("x", kGzip), body));
  CHECK(decoder.finish());
  CHECK(body == "x");
}

TEST_CASE("members and frames may follow each other, padding is ignored") {
  const std::string two = deflated("one ", kGzip) + deflated("two", kGzip);
  for (std::size_t piece : {std::size_t{1}, std::string::npos}) {
    CHECK(decode("gzip", two, piece).body == "one two");
    CHECK(decode("gzip", two + std::string(9, '\0'), piece).body == "one two");
    CHECK(decode("gzip", two + std::string(9, '\0'), piece).error == "");
    CHECK(decode("zstd", zstded("one ") + zstded("two"), piece).body == "one two");
    CHECK(decode("deflate", deflated("one", kZlib) + "rest", piece).body == "one");
    CHECK(decode("br", brotlied("one") + "rest", piece).body == "one");
  }
  CHECK(decode("gzip", two.substr(0, two.size() - 3)).error == "incomplete or truncated stream");
}

TEST_CASE("a bomb is stopped at the limit, in whichever layer it goes off") {
  const std::string zeros(1'000'000, '\0');
  for (const Coded& row : coded(zeros)) {
    CAPTURE(row.coding);
    CHECK(decode(row.coding, row.bytes, 1000, 1'000'000).error == "");
    const Decoded got = decode(row.coding, row.bytes, 1000, 999'999);
    CHECK(got.error == "decoded body is larger than the limit");
    CHECK(got.body.size() <= 999'999);
  }
}

TEST_CASE("a decoder serves body after body, with the same codings or others") {
  ContentDecoder decoder;
  for (int round = 0; round < 2; ++round)
    for (const Coded& row : coded("round and round"))
      for (int again = 0; again < 2; ++again) {
        std::string body;
        decoder.start(row.coding);
        CHECK(decoder.feed(row.bytes, body));
        CHECK(decoder.finish());
        CHECK(body == "round and round");
      }
}

}  // namespace
}  // namespace acrida::wire
