#include "wire/response_parser_testing.h"

#include <doctest/doctest.h>

namespace acrida::wire {
namespace {

TEST_CASE("an ordinary answer is read in one go") {
  const Outcome got = read(kNginx);
  CHECK(got.stage == ParseStage::Done);
  CHECK(got.used == kNginx.size());
  CHECK(got.body == "hello");
  CHECK(got.body_bytes == 5);
  CHECK(got.head.status == 200);
  CHECK(got.head.http_minor == 1);
  CHECK(got.head.reason() == "OK");
  CHECK(got.head.content_length == 5);
  CHECK(got.head.keeps_connection);
  CHECK(got.head.fields.size() == 8);
  CHECK(got.head.find("etag") == "\"665ad3a0-5\"");
  CHECK(got.head.find("x-none").data() == nullptr);
  CHECK(got.head.head == kNginx.substr(0, kNginx.find("\r\n\r\n") + 2));
}

TEST_CASE("feed pauses after the head, so that the caller may choose where the body goes") {
  ResponseHead head;
  ResponseParser parser;
  std::string nowhere, body;
  parser.reset(head, false);
  const std::size_t used = parser.feed(kNginx, nowhere);
  CHECK(used == kNginx.size() - 5);
  CHECK(parser.stage() == ParseStage::Body);
  CHECK(parser.missing_body_bytes() == 5);
  CHECK(parser.feed(std::string_view(kNginx).substr(used), body) == 5);
  CHECK(parser.stage() == ParseStage::Done);
  CHECK(nowhere.empty());
  CHECK(body == "hello");
}

TEST_CASE("bytes behind the answer are not touched") {
  const Outcome got = read(kNginx + "HTTP/1.1 500 next");
  CHECK(got.stage == ParseStage::Done);
  CHECK(got.used == kNginx.size());
  CHECK(got.body == "hello");
}

TEST_CASE("a parser and its buffers serve answer after answer") {
  ResponseHead head;
  ResponseParser parser;
  std::string body;
  for (int round = 0; round < 3; ++round) {
    body.clear();
    parser.reset(head, false);
    std::string_view bytes = kNginx;
    while (!bytes.empty()) bytes.remove_prefix(parser.feed(bytes, body));
    CHECK(parser.stage() == ParseStage::Done);
    CHECK(head.fields.size() == 8);
    CHECK(body == "hello");
  }
}

TEST_CASE("status lines in all their forms") {
  struct Row {
    const char* line;
    int status, minor;
    const char* reason;
  };
  for (const Row& row : {Row{"HTTP/1.1 200 OK", 200, 1, "OK"}, Row{"HTTP/1.0 404 Not Found", 404, 0, "Not Found"},
                         Row{"HTTP/1.1 200", 200, 1, ""}, Row{"HTTP/1.1 200 ", 200, 1, ""},
                         Row{"HTTP/1.1  503   Very  busy ", 503, 1, "Very  busy"}, Row{"HTTP/1.1 999 ?", 999, 1, "?"},
                         Row{"HTTP/1.1 200 Gr\xc3\xbc\xc3\x9f", 200, 1, "Gr\xc3\xbc\xc3\x9f"}}) {
    CAPTURE(row.line);
    const std::string line = row.line;
    for (const std::string& bytes : {line + "\r\nContent-Length: 0\r\n\r\n", line + "\nContent-Length: 0\n\n"}) {
      const Outcome got = read(bytes);
      CHECK(got.stage == ParseStage::Done);
      CHECK(got.head.status == row.status);
      CHECK(got.head.http_minor == row.minor);
      CHECK(got.head.reason() == row.reason);
      CHECK(got.head.content_length == 0);
    }
  }
}

TEST_CASE("header lines: blanks around values, empty values, folded lines, blanks before the colon") {
  const Outcome got =
      read(with_headers("A:1\r\nB: \t two  \r\nC:\r\nD : 4\r\nE: five\r\n  six\r\n\tseven \r\n"
                        "F:\r\n later\r\nContent-Length: 0\r\n"));
  REQUIRE(got.stage == ParseStage::Done);
  CHECK(fields_of(got.head) ==
        std::vector<std::string>{"A=1", "B=two", "C=", "D=4", "E=five    six  \tseven", "F=later", "Content-Length=0"});
}

TEST_CASE("a folded value counts as a whole") {
  const Outcome got = read(with_headers("Content-Length:\r\n 3\r\nConnection: x,\r\n close\r\n") + "abc");
  CHECK(got.stage == ParseStage::Done);
  CHECK(got.body == "abc");
  CHECK_FALSE(got.head.keeps_connection);
}

TEST_CASE("flags of the fields that somebody asks for on every answer") {
  const Outcome got =
      read(with_headers("SET-COOKIE: a=1\r\nlocation: /x\r\nContent-encoding: gzip\r\n"
                        "Keep-Alive: max=9, timeout=75\r\nContent-Length: 0\r\nset-cookie: b=2\r\n"));
  CHECK(got.head.has_set_cookie);
  CHECK(got.head.has_location);
  CHECK(got.head.has_content_encoding);
  CHECK(got.head.keep_alive_timeout_s == 75);
  CHECK(got.head.find("set-cookie") == "a=1");
  CHECK(got.head.find_all("set-cookie") == "a=1, b=2");
  const Outcome plain = read(kNginx);
  CHECK_FALSE(plain.head.has_set_cookie);
  CHECK_FALSE(plain.head.has_location);
  CHECK_FALSE(plain.head.has_content_encoding);
  CHECK(plain.head.keep_alive_timeout_s == -1);
}

TEST_CASE("interim answers are skipped, switching protocols is final") {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
  const Outcome got = read(interim + kNginx);
  CHECK(got.stage == ParseStage::Done);
  CHECK(got.head.status == 200);
  CHECK(got.head.fields.size() == 8);
  CHECK(got.head.head.starts_with("HTTP/1.1 200 OK\r\nServer"));

  const Outcome upgrade = read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello");
  CHECK(upgrade.stage == ParseStage::Done);
  CHECK(upgrade.head.status == 101);
  CHECK_FALSE(upgrade.head.keeps_connection);
  CHECK(upgrade.body.empty());
}

TEST_CASE("answers that never have a body") {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    const std::string bytes = std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 9\r\n\r\n";
    const Outcome got = read(bytes);
    CHECK(got.stage == ParseStage::Done);
    CHECK(got.head.content_length == 9);
    CHECK(got.head.keeps_connection);
  }
  const Outcome head =
      read_exchange({.bytes = with_headers("Transfer-Encoding: chunked\r\n"), .is_head_request = true});
  CHECK(head.stage == ParseStage::Done);
  CHECK(head.head.keeps_connection);
}

TEST_CASE("who keeps the connection") {
  struct Row {
    const char* head;
    bool keeps;
  };
  for (const Row& row : {Row{"HTTP/1.1 200 OK\r\n", true}, Row{"HTTP/1.1 200 OK\r\nConnection: close\r\n", false},
                         Row{"HTTP/1.1 200 OK\r\nConnection: Upgrade, Close\r\n", false},
                         Row{"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n", true}, Row{"HTTP/1.0 200 OK\r\n", false},
                         Row{"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", true},
                         Row{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\n", false},
                         Row{"HTTP/1.1 200 OK\r\nX-Connection: close\r\n", true}}) {
    CAPTURE(row.head);
    CHECK(read(std::string(row.head) + "Content-Length: 0\r\n\r\n").head.keeps_connection == row.keeps);
  }
}

TEST_CASE("a body without length ends with the connection") {
  for (const char* header : {"", "Transfer-Encoding: gzip\r\n"}) {
    const Outcome got = read_exchange({.bytes = with_headers(header) + "all of it", .closes = true});
    CHECK(got.stage == ParseStage::Done);
    CHECK(got.body == "all of it");
    CHECK(got.body_bytes == 9);
    CHECK_FALSE(got.head.keeps_connection);
  }
  CHECK(read(with_headers("Transfer-Encoding: identity\r\nContent-Length: 2\r\n") + "ab").stage == ParseStage::Done);
}

TEST_CASE("chunked bodies: extensions, upper and lower case, leading zeros, bare line feeds, trailers") {
  struct Row {
    const char* body;
    const char* want;
  };
  for (const Row& row :
       {Row{"5\r\nhello\r\n0\r\n\r\n", "hello"}, Row{"0\r\n\r\n", ""}, Row{"1\r\na\r\n1\r\nb\r\n0\r\n\r\n", "ab"},
        Row{"A\r\n0123456789\r\n000\r\n\r\n", "0123456789"},
        Row{"a;name=\"v\";x\r\n0123456789\r\n0;end\r\n\r\n", "0123456789"}, Row{"2\nhi\n0\n\n", "hi"},
        Row{"2 \r\nhi\r\n0\t\r\n\r\n", "hi"}, Row{"00000000000000000002\r\nhi\r\n0\r\n\r\n", "hi"}}) {
    CAPTURE(row.body);
    const Outcome got = read(chunked(row.body));
    CHECK(got.stage == ParseStage::Done);
    CHECK(got.body == row.want);
    CHECK(got.head.is_chunked);
    CHECK(got.head.keeps_connection);
    CHECK(got.body_bytes == static_cast<std::int64_t>(got.body.size()));
  }
  const Outcome got = read(chunked("2\r\nhi\r\n0\r\nX-Sum: 7\r\nContent-Length: nonsense\r\n\r\n"));
  CHECK(got.stage == ParseStage::Done);
  CHECK(fields_of(got.head) ==
        std::vector<std::string>{"Transfer-Encoding=chunked", "X-Sum=7", "Content-Length=nonsense"});
}

TEST_CASE("chunked beats Content-Length, equal lengths are one") {
  const Outcome both =
      read(with_headers("Content-Length: 3\r\nTransfer-Encoding: gzip, chunked\r\n") + "2\r\nhi\r\n0\r\n\r\n");
  CHECK(both.stage == ParseStage::Done);
  CHECK(both.body == "hi");
  CHECK(both.head.content_length == 3);
  CHECK(read(with_headers("Content-Length: 2\r\nContent-Length: 2, 2\r\n") + "hi").body == "hi");
}

TEST_CASE("empty lines before the answer are forgiven") {
  const Outcome got = read("\r\n\n\r\n" + kNginx);
  CHECK(got.stage == ParseStage::Done);
  CHECK(got.head.head.starts_with("HTTP/1.1"));
}

}  // namespace
}  // namespace acrida::wire
