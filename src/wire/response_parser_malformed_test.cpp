#include "wire/response_parser_testing.h"

#include <doctest/doctest.h>

namespace acrida::wire {
namespace {

struct Malformed {
  std::string bytes;
  const char* reason;
};

const std::vector<Malformed>& malformed() {
  using namespace std::string_literals;
  static const std::vector<Malformed> rows{
      {"SSH-2.0-OpenSSH_9.2\r\n", "answer does not begin with HTTP/"},
      {"\x15\x03\x01", "answer does not begin with HTTP/"},
      {"http/1.1 200 OK\r\n\r\n", "answer does not begin with HTTP/"},
      {"\rHTTP/1.1 200 OK\r\n\r\n", "answer does not begin with HTTP/"},
      {"H\n", "answer does not begin with HTTP/"},
      {"HTTP/2 200\r\n\r\n", "unsupported HTTP version"},
      {"HTTP/2.0 200 OK\r\n\r\n", "unsupported HTTP version"},
      {"HTTP/1.10 200 OK\r\n\r\n", "unsupported HTTP version"},
      {"HTTP/1.x 200 OK\r\n\r\n", "unsupported HTTP version"},
      {"HTTP/\r\n\r\n", "unsupported HTTP version"},
      {"HTTP/1.1\r\n\r\n", "status is not a number from 100 to 999"},
      {"HTTP/1.1 OK\r\n\r\n", "status is not a number from 100 to 999"},
      {"HTTP/1.1 20\r\n\r\n", "status is not a number from 100 to 999"},
      {"HTTP/1.1 2000 OK\r\n\r\n", "status is not a number from 100 to 999"},
      {"HTTP/1.1 099 OK\r\n\r\n", "status is not a number from 100 to 999"},
      {"HTTP/1.1 -20 OK\r\n\r\n", "status is not a number from 100 to 999"},
      {"HTTP/1.1 200 O\0K\r\n\r\n"s, "control character in the head"},
      {with_headers("A: b\0c\r\n"s), "control character in the head"},
      {with_headers("A: a rather long value with a bell\x07 in it\r\n"), "control character in the head"},
      {with_headers("A: b\r\n c\x01\r\n"), "control character in the head"},
      {with_headers("A: b\rB: c\r\n"), "control character in the head"},
      {with_headers("A\0: b\r\n"s), "control character in the head"},
      {with_headers("A b: c\r\n"), "invalid character in a header name"},
      {with_headers("\xc3\xa9: c\r\n"), "invalid character in a header name"},
      {with_headers("just words\r\n"), "invalid character in a header name"},
      {with_headers("word\r\n"), "header line without a colon"},
      {with_headers(": value\r\n"), "header without a name"},
      {with_headers(" folded: too early\r\n"), "continuation line before any header"},
      {with_headers("Content-Length: \r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: ten\r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: -1\r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: +1\r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: 0x10\r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: 1 2\r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: 9223372036854775808\r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: 99999999999999999999999\r\n"), "Content-Length is not a valid number"},
      {with_headers("Content-Length: 5\r\nContent-Length: 6\r\n"), "Content-Length given twice"},
      {with_headers("Content-Length: 5, 6\r\n"), "Content-Length given twice"},
      {chunked("x\r\n"), "chunk size is not a hexadecimal number"},
      {chunked("\r\n"), "chunk size is not a hexadecimal number"},
      {chunked("\n"), "chunk size is not a hexadecimal number"},
      {chunked(" 5\r\n"), "chunk size is not a hexadecimal number"},
      {chunked(";a\r\n"), "chunk size is not a hexadecimal number"},
      {chunked("-5\r\n"), "chunk size is not a hexadecimal number"},
      {chunked("5 5\r\n"), "chunk size is not a hexadecimal number"},
      {chunked("5\r5\n"), "chunk size is not a hexadecimal number"},
      {chunked("0x5\r\n"), "chunk size is not a hexadecimal number"},
      {chunked("8000000000000000\r\n"), "chunk size is too large"},
      {chunked("FFFFFFFFFFFFFFFFF\r\n"), "chunk size is too large"},
      {chunked("2\r\nhi!\r\n"), "chunk is longer than its size says"},
      {chunked("2\r\nhi\r\r\n"), "chunk is longer than its size says"},
      {chunked("2;" + std::string(17000, 'x') + "\r\n"), "chunk size line is too long"},
      {chunked(std::string(17000, '0') + "\r\n"), "chunk size line is too long"},
      {chunked("0\r\nno trailer\r\n\r\n"), "invalid character in a header name"},
      {chunked("0\r\n folded: too early\r\n\r\n"), "continuation line before any header"}};
  return rows;
}

TEST_CASE("every malformed answer is refused with its own words") {
  for (const Malformed& row : malformed()) {
    CAPTURE(row.bytes.substr(0, 200));
    const Outcome got = read(row.bytes);
    CHECK(got.stage == ParseStage::Failed);
    CHECK(got.error == ParseError::Malformed);
    CHECK(got.reason == row.reason);
    CHECK_FALSE(got.head.keeps_connection);
  }
}

TEST_CASE("an early close says what is missing") {
  const auto closed = [](std::string bytes) { return read_exchange({.bytes = std::move(bytes), .closes = true}); };
  CHECK(closed("").error == ParseError::NoAnswer);
  CHECK(closed("HTT").error == ParseError::HeadIncomplete);
  CHECK(closed("HTTP/1.1 100 Continue\r\n\r\n").error == ParseError::HeadIncomplete);
  CHECK(closed("HTTP/1.1 200 OK\r\nA: b\r\n").error == ParseError::HeadIncomplete);
  const Outcome half = closed(with_headers("Content-Length: 10\r\n") + "1234");
  CHECK(half.error == ParseError::BodyIncomplete);
  CHECK(half.missing == 6);
  CHECK(half.body == "1234");
  CHECK(half.reason == "connection closed inside the body");
  CHECK(closed(chunked("5\r\nhel")).error == ParseError::BodyIncomplete);
  CHECK(closed(chunked("5\r\nhel")).missing == 2);
  CHECK(closed(chunked("5\r\nhello\r\n")).error == ParseError::BodyIncomplete);
  CHECK(closed(chunked("5\r\nhello\r\n")).missing == -1);
  const Outcome no_trailer_end = closed(chunked("5\r\nhello\r\n0\r\nX-Half: tr"));
  CHECK(no_trailer_end.stage == ParseStage::Done);
  CHECK(no_trailer_end.body == "hello");
  CHECK(no_trailer_end.head.fields.size() == 1);
  CHECK_FALSE(no_trailer_end.head.keeps_connection);
}

TEST_CASE("the head may be large, but not larger than its limit") {
  std::string many = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
  int headers = 1;
  for (; many.size() < ResponseParser::kMaxHeadBytes - 100; ++headers)
    many += "X-Filler: some text that takes room\r\n";
  const Outcome fits = read(many + "\r\nhi");
  CHECK(fits.stage == ParseStage::Done);
  CHECK(fits.body == "hi");
  CHECK(fits.head.fields.size() == static_cast<std::size_t>(headers));

  const std::string exact =
      many + "X: " + std::string(ResponseParser::kMaxHeadBytes - many.size() - 7, 'x') + "\r\n\r\n";
  CHECK(exact.size() == ResponseParser::kMaxHeadBytes);
  CHECK(read(exact + "hi").stage == ParseStage::Done);
  const std::string over =
      many + "X: " + std::string(ResponseParser::kMaxHeadBytes - many.size() - 6, 'x') + "\r\n\r\n";
  for (const std::string& bytes : {over, with_headers(std::string(300'000, 'x') + ": y\r\n")}) {
    const Outcome got = read(bytes);
    CHECK(got.error == ParseError::HeadTooLarge);
    CHECK(got.reason == "head is larger than 256 KB");
  }
  for (std::size_t cut = ResponseParser::kMaxHeadBytes - 5; cut < ResponseParser::kMaxHeadBytes + 2; ++cut) {
    CAPTURE(cut);
    CHECK(read_exchange({.bytes = exact + "hi"}, cut).body == "hi");
    CHECK(read_exchange({.bytes = over}, cut).error == ParseError::HeadTooLarge);
  }
}

TEST_CASE("a large body gets its memory at once, a liar's Content-Length gets little") {
  ResponseHead head;
  ResponseParser parser;
  std::string body;
  const std::string start = with_headers("Content-Length: 1000000\r\n") + "x";
  parser.reset(head, false);
  std::string_view bytes = start;
  while (!bytes.empty()) bytes.remove_prefix(parser.feed(bytes, body));
  CHECK(body.capacity() >= 1000000);
  const std::string lie = with_headers("Content-Length: 9223372036854775807\r\n") + "x";
  parser.reset(head, false);
  body = std::string();
  bytes = lie;
  while (!bytes.empty()) bytes.remove_prefix(parser.feed(bytes, body));
  CHECK(body.capacity() <= 2 * ResponseParser::kMaxReserve);
  CHECK(parser.missing_body_bytes() == 9223372036854775806);
}

void check_same(const Outcome& whole, const Outcome& parts) {
  CHECK(parts.stage == whole.stage);
  CHECK(parts.error == whole.error);
  CHECK(parts.reason == whole.reason);
  CHECK(parts.used == whole.used);
  CHECK(parts.body == whole.body);
  CHECK(parts.missing == whole.missing);
  if (whole.stage == ParseStage::Failed) return;
  CHECK(parts.head.head == whole.head.head);
  CHECK(fields_of(parts.head) == fields_of(whole.head));
  CHECK(parts.head.status == whole.head.status);
  CHECK(parts.head.reason() == whole.head.reason());
  CHECK(parts.head.content_length == whole.head.content_length);
  CHECK(parts.head.keeps_connection == whole.head.keeps_connection);
}

TEST_CASE("an answer cut at any place comes to the same") {
  std::vector<std::string> answers{kNginx,
                                   "\r\n" + kNginx + "rest",
                                   "HTTP/1.1 100 Continue\r\n\r\n" + kNginx,
                                   "HTTP/1.0 200\n\nuntil close",
                                   with_headers("A: b\r\n c\r\n\td\r\nContent-Length: 2\r\n") + "hi",
                                   with_headers("X: " + std::string(1500, 'y') + "\r\nContent-Length: 2\r\n") + "hi",
                                   chunked("3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 7\r\n more\r\n\r\nrest")};
  for (const Malformed& row : malformed())
    if (row.bytes.size() < 5000) answers.push_back(row.bytes);
  for (const std::string& bytes : answers) {
    CAPTURE(bytes);
    const Outcome whole = read_exchange({.bytes = bytes, .closes = true});
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      CAPTURE(cut);
      check_same(whole, read_exchange({.bytes = bytes, .closes = true}, cut));
    }
  }
}

}  // namespace
}  // namespace acrida::wire
