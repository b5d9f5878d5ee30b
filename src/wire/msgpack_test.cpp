// Our reader and writer against the library msgpack-cxx, and against bytes by hand.
#define MSGPACK_NO_BOOST
#include <doctest/doctest.h>

#include <msgpack.hpp>
#include <sstream>

#include "wire/msgpack_reader.h"
#include "wire/msgpack_writer.h"

using acrida::wire::MsgpackLimits;
using acrida::wire::MsgpackReader;
using acrida::wire::MsgpackWriter;

namespace {

using namespace std::string_literals;

std::string packed_by_library(auto&& value) {
  std::ostringstream out;
  msgpack::pack(out, value);
  return out.str();
}

const std::int64_t kIntegers[] = {
    0,   1,   127,  128,  255,    256,    65535,         65536,         4294967295, 4294967296, -1,
    -32, -33, -128, -129, -32768, -32769, -2147483648LL, -2147483649LL, INT64_MAX,  INT64_MIN};

}  // namespace

TEST_CASE("integers are written as small as the library writes them, and read back") {
  for (const std::int64_t value : kIntegers) {
    CAPTURE(value);
    std::string out;
    MsgpackWriter(out).integer(value);
    CHECK(out == packed_by_library(value));
    MsgpackReader reader(out);
    CHECK(reader.read_integer() == value);
    CHECK((reader.ok() && reader.at_end()));
  }
}

TEST_CASE("texts, bytes, arrays and maps of every head size are written as the library writes them") {
  for (const std::size_t size : {0u, 15u, 16u, 31u, 32u, 255u, 256u, 65535u, 65536u}) {
    CAPTURE(size);
    const std::string content(size, 'x');
    std::string text, bytes, array, map;
    MsgpackWriter(text).text(content);
    CHECK(text == packed_by_library(content));
    CHECK(MsgpackReader(text).read_text() == content);
    MsgpackWriter(bytes).bytes(content);
    CHECK(bytes == packed_by_library(std::vector<char>(size, 'x')));
    CHECK(MsgpackReader(bytes).read_text() == content);
    MsgpackWriter(array).array(size);
    CHECK(packed_by_library(std::vector<int>(size)).starts_with(array));
    MsgpackWriter(map).map(size);
    std::map<int, int> pairs;
    for (std::size_t i = 0; i < size; ++i) pairs[static_cast<int>(i)] = 0;
    const std::string whole = packed_by_library(pairs);
    CHECK(whole.starts_with(map));
    CHECK(MsgpackReader(whole).read_map() == size);
    CHECK(MsgpackReader(whole).skip() == whole);
  }
}

TEST_CASE("a whole float stays a float: Go workers look at the type of a timestamp") {
  std::string out;
  MsgpackWriter(out).number(5.0);
  CHECK(out == "\xcb\x40\x14\0\0\0\0\0\0"s);
  CHECK(MsgpackReader(out).read_number() == 5.0);
  CHECK(MsgpackReader(out).read_integer() == 5);
  CHECK(MsgpackReader("\xca\x3f\xc0\0\0"s).read_number() == 1.5);
}

TEST_CASE("the old dialect's long texts are read") {
  const std::string text(40, 'a');
  const std::string old = "\xda\0\x28"s + text;
  CHECK(MsgpackReader(old).read_text() == text);
}

TEST_CASE("what is wrong is said with its place, and nothing can be read after it") {
  const std::string bytes =
      "\x92\xa1"
      "a"
      "\xcd\x01"s;  // an array of a text and a 16-bit integer cut short
  MsgpackReader reader(bytes);
  CHECK(reader.read_array() == 2);
  CHECK(reader.read_text() == "a");
  CHECK(reader.read_integer() == 0);
  CHECK(reader.problem() == "the bytes end within a value at byte 4");
  CHECK(reader.read_text().empty());
  CHECK(reader.problem() == "the bytes end within a value at byte 4");
}

TEST_CASE("another kind than expected is named") {
  MsgpackReader reader("\x80");
  reader.read_text();
  CHECK(reader.problem() == "a map where text was expected at byte 0");
}

TEST_CASE("limits hold before memory is spent") {
  MsgpackReader claims("\xdd\xff\xff\xff\xff");
  CHECK(claims.read_array() == 0);
  CHECK(claims.problem() == "a container that claims more values than there are bytes at byte 5");

  std::string deep(1000, '\x91');
  deep += '\xc0';
  MsgpackReader nested(deep);
  CHECK(nested.skip().empty());
  CHECK(nested.problem().starts_with("containers nested more than 32 deep"));

  MsgpackReader big("\xc0\xc0", {.bytes = 1});
  CHECK_FALSE(big.ok());

  MsgpackReader many("\x93\xc0\xc0\xc0", {.values = 2});
  CHECK(many.read_array() == 0);
}
