// The response parser must come to the same result whatever pieces the bytes arrive in, and whether it knows the head.
// Input: one byte of flags, one byte that seeds the cuts, then what the server sends.
#include <cstdint>
#include <cstdlib>
#include <random>

#include "wire/head_memory.h"
#include "wire/response_parser.h"

namespace {

using acrida::wire::HeaderField;
using acrida::wire::HeadMemory;
using acrida::wire::ParseStage;
using acrida::wire::ResponseHead;
using acrida::wire::ResponseParser;

struct Outcome {
  ResponseHead head;
  ResponseParser parser;
  std::string body;
  std::size_t used = 0;
  std::int64_t missing = -1;
};

void check(bool is_so) {
  if (!is_so) std::abort();
}

// `next_size` says how large the next piece is.
template <class NextSize>
void read(Outcome& outcome, std::string_view bytes, bool is_head_request, bool closes, NextSize next_size,
          HeadMemory* memory = nullptr) {
  outcome.parser.reset(outcome.head, is_head_request, memory);
  while (!bytes.empty() && !outcome.parser.is_finished()) {
    std::string_view piece = bytes.substr(0, next_size());
    bytes.remove_prefix(piece.size());
    while (!piece.empty() && !outcome.parser.is_finished()) {
      const std::size_t used = outcome.parser.feed(piece, outcome.body);
      check(used > 0 && used <= piece.size());
      piece.remove_prefix(used);
      outcome.used += used;
    }
  }
  outcome.missing = outcome.parser.missing_body_bytes();
  if (closes) outcome.parser.on_close();
}

void check_fields(const ResponseHead& a, const ResponseHead& b) {
  check(a.head == b.head && a.fields.size() == b.fields.size());
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    const HeaderField& f = a.fields[i];
    check(f.name_at + f.name_size <= a.head.size() && f.value_at + f.value_size <= a.head.size());
    check(f.name_size > 0 && f.name_at == b.fields[i].name_at && f.name_size == b.fields[i].name_size);
    check(f.value_at == b.fields[i].value_at && f.value_size == b.fields[i].value_size);
    check(a.value(f).find('\n') == std::string_view::npos && a.value(f).find('\0') == std::string_view::npos);
  }
}

void check_same(const Outcome& a, const Outcome& b) {
  check(a.parser.stage() == b.parser.stage() && a.parser.error() == b.parser.error());
  check(std::string_view(a.parser.reason()) == b.parser.reason());
  check(a.body == b.body && a.parser.body_bytes() == b.parser.body_bytes());
  check(a.parser.body_bytes() == static_cast<std::int64_t>(a.body.size()) && a.missing == b.missing);
  if (a.parser.stage() == ParseStage::Failed) return;
  check(a.used == b.used);
  check_fields(a.head, b.head);
  check(a.head.status == b.head.status && a.head.reason() == b.head.reason());
  check(a.head.keeps_connection == b.head.keeps_connection);
  check(a.head.content_length == b.head.content_length && a.head.is_chunked == b.head.is_chunked);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const bool is_head_request = data[0] & 1, closes = data[0] & 2;
  Outcome whole, pieces;
  read(whole, bytes, is_head_request, closes, [] { return std::string_view::npos; });
  std::minstd_rand random(data[1] + 1u);
  const std::size_t largest = 1 + (data[0] >> 2);
  read(pieces, bytes, is_head_request, closes, [&] { return 1 + random() % largest; });

  check_same(whole, pieces);

  HeadMemory memory;
  Outcome first, again;
  read(
      first, bytes, is_head_request, closes, [] { return std::string_view::npos; }, &memory);
  read(
      again, bytes, is_head_request, closes, [] { return std::string_view::npos; }, &memory);
  check_same(whole, first);
  check_same(whole, again);
  return 0;
}
