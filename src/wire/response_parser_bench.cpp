// Prints nanoseconds per parsed answer. Not part of a layer; build it by hand:
//   g++ -std=c++20 -O2 -Isrc src/wire/response_{head,parser,framing,body,parser_bench}.cpp -o parser_bench     (see
//   bench/ for whole-program speed)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "wire/response_parser.h"

namespace {

using acrida::wire::ResponseHead;
using acrida::wire::ResponseParser;

constexpr std::string_view kNginxHead =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 01 Aug 2026 10:00:00 GMT\r\nContent-Type: text/html\r\n"
    "Content-Length: 612\r\nLast-Modified: Mon, 01 Jun 2026 08:00:00 GMT\r\nConnection: keep-alive\r\n"
    "ETag: \"665ad3a0-264\"\r\nAccept-Ranges: bytes\r\nX-Request-Id: 4711\r\n\r\n";

std::string chunks(std::size_t size, int count) {
  char line[32];
  std::snprintf(line, sizeof line, "%zx\r\n", size);
  std::string body;
  for (int i = 0; i < count; ++i) body += line + std::string(size, 'x') + "\r\n";
  return body + "0\r\n\r\n";
}

void measure(const char* name, const std::string& answer) {
  constexpr int kRounds = 2'000'000;
  ResponseHead head;
  ResponseParser parser;
  std::string body;
  std::size_t sum = 0;
  double best = 1e9;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds / 5; ++i) {
      parser.reset(head, false);
      body.clear();
      std::string_view bytes = answer;
      while (!bytes.empty() && !parser.is_finished()) bytes.remove_prefix(parser.feed(bytes, body));
      sum += body.size() + head.fields.size();
    }
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begin;
    best = std::min(best, spent.count() / (kRounds / 5));
  }
  std::printf("%-28s %5zu bytes  %7.1f ns  (%zu)\n", name, answer.size(), best, sum);
}

}  // namespace

int main() {
  measure("empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  measure("nginx, 612 byte body", std::string(kNginxHead) + std::string(612, 'x'));
  std::string chunked(kNginxHead);
  chunked.replace(chunked.find("Content-Length: 612"), 19, "Transfer-Encoding: chunked");
  measure("nginx, 2 chunks of 300", chunked + chunks(300, 2));
  measure("nginx, 100 chunks of 100", chunked + chunks(100, 100));
}
