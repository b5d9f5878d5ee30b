#include "wire/head_memory.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "wire/response_parser_testing.h"

namespace acrida::wire {
namespace {

// Reads one answer in pieces of `piece` bytes.
Outcome read_with(HeadMemory& memory, std::string_view bytes, bool is_head_request = false,
                  std::size_t piece = std::string_view::npos) {
  Outcome out;
  ResponseParser parser;
  parser.reset(out.head, is_head_request, &memory);
  while (!bytes.empty() && !parser.is_finished()) {
    const std::size_t used = parser.feed(bytes.substr(0, piece), out.body);
    bytes.remove_prefix(used);
    out.used += used;
  }
  out.stage = parser.stage();
  out.error = parser.error();
  out.body_bytes = parser.body_bytes();
  return out;
}

void check_like(const Outcome& got, const Outcome& expected) {
  CHECK(got.stage == expected.stage);
  CHECK(got.error == expected.error);
  CHECK(got.used == expected.used);
  CHECK(got.body == expected.body);
  CHECK(got.body_bytes == expected.body_bytes);
  CHECK(got.head.status == expected.head.status);
  CHECK(got.head.head == expected.head.head);
  CHECK(got.head.reason() == expected.head.reason());
  CHECK(got.head.content_length == expected.head.content_length);
  CHECK(got.head.is_chunked == expected.head.is_chunked);
  CHECK(got.head.keeps_connection == expected.head.keeps_connection);
  REQUIRE(got.head.fields.size() == expected.head.fields.size());
  for (std::size_t i = 0; i < got.head.fields.size(); ++i) {
    CHECK(got.head.name(got.head.fields[i]) == expected.head.name(expected.head.fields[i]));
    CHECK(got.head.value(got.head.fields[i]) == expected.head.value(expected.head.fields[i]));
  }
}

const std::string kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: t\r\n\r\n";

TEST_CASE("an answer whose head is known comes to the same as one whose head is read") {
  const std::string answers[] = {
      kNginx,
      kChunked,
      "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "\r\nHTTP/1.0 404 Not Found\nContent-Length: 0\nConnection: keep-alive\n\n",
      "HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 1\r\n\r\nx",
  };
  HeadMemory memory;
  for (int round = 0; round < 3; ++round)
    for (const std::string& answer : answers) check_like(read_with(memory, answer), read(answer));
}

TEST_CASE("a known head is recalled, whatever body follows, and only as a whole") {
  HeadMemory memory;
  ResponseHead head;
  ResponseParser parser;
  const std::string first = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
  read_with(memory, first);
  parser.reset(head, false);
  CHECK(memory.recall("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\ncd", parser) == first.size() - 2);
  CHECK(parser.stage() == ParseStage::Body);
  CHECK(head.content_length == 2);
  parser.reset(head, false);
  CHECK(memory.recall("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", parser) == 0);
  CHECK(memory.recall("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", parser) == 0);
  check_like(read_with(memory, first, false, 7), read(first));
}

TEST_CASE("the same head means something else after a HEAD request") {
  HeadMemory memory;
  read_with(memory, kNginx);
  const Outcome got = read_with(memory, kNginx, true);
  CHECK(got.stage == ParseStage::Done);
  CHECK(got.body.empty());
  check_like(read_with(memory, kNginx), read(kNginx));
}

TEST_CASE("what fails is not kept, nor what sets a cookie, nor a long head") {
  HeadMemory memory;
  ResponseHead head;
  ResponseParser parser;
  const std::string bad = "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n";
  const std::string cookie = "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n";
  const std::string large = "HTTP/1.1 200 OK\r\nX: " + std::string(HeadMemory::kMostBytes, 'x') + "\r\n\r\n";
  for (const std::string& answer : {bad, cookie, large}) {
    read_with(memory, answer);
    parser.reset(head, false);
    CHECK(memory.recall(answer, parser) == 0);
  }
}

TEST_CASE("a server with a new head for every answer is soon only sampled, and found out when it stops that") {
  HeadMemory memory;
  const auto answer = [](int id) {
    return fmt::format("HTTP/1.1 200 OK\r\nX-Id: {}\r\nContent-Length: 0\r\n\r\n", id);
  };
  for (int id = 0; id < 1000; ++id) check_like(read_with(memory, answer(id)), read(answer(id)));
  for (unsigned i = 0; i < 2 * HeadMemory::kSampled; ++i) read_with(memory, answer(7));
  ResponseHead head;
  ResponseParser parser;
  for (int i = 0; i < 5; ++i) {
    parser.reset(head, false);
    CHECK(memory.recall(answer(7), parser) == answer(7).size());
  }
}

TEST_CASE("several heads are known at the same time") {
  HeadMemory memory;
  const auto answer = [](std::size_t size) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", size, std::string(size, 'x'));
  };
  for (std::size_t size = 0; size < HeadMemory::kKept; ++size) read_with(memory, answer(size));
  for (std::size_t size = 0; size < HeadMemory::kKept; ++size) {
    ResponseHead head;
    ResponseParser parser;
    parser.reset(head, false);
    CHECK(memory.recall(answer(size), parser) == answer(size).size() - size);
  }
}

TEST_CASE("when the date changes each head is read once more, in whatever order they come") {
  HeadMemory memory;
  const auto answer = [](int date, int endpoint) {
    return fmt::format("HTTP/1.1 200 OK\r\nDate: {}\r\nX-Endpoint: {}\r\nContent-Length: 0\r\n\r\n", date, endpoint);
  };
  constexpr int kEndpoints = 5;
  int misses = 0;
  unsigned random = 1;
  for (int date = 0; date < 20; ++date)
    for (int i = 0; i < 200; ++i) {
      random = random * 1'103'515'245 + 12'345;
      const std::string bytes = answer(date, static_cast<int>(random >> 16) % kEndpoints);
      ResponseHead head;
      ResponseParser parser;
      parser.reset(head, false);
      misses += memory.recall(bytes, parser) == 0;
      read_with(memory, bytes);
    }
  CHECK(misses == 20 * kEndpoints);
}

}  // namespace
}  // namespace acrida::wire
