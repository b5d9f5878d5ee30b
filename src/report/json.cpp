#include "report/json.h"

#include <fmt/core.h>

#include <cstdint>

#include "report/text.h"

namespace acrida::report {
namespace {

// Decodes one character of valid UTF-8 and moves `at` behind it.
std::uint32_t code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  std::uint32_t point = more ? lead & (0x3Fu >> more) : lead;
  for (int i = 0; i < more && at < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  return point;
}

void append_escaped(std::string& out, std::uint32_t point) {
  switch (point) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  if (point >= 0x20 && point < 0x7F)
    out += static_cast<char>(point);
  else if (point < 0x10000)
    out += fmt::format("\\u{:04x}", point);
  else
    out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((point - 0x10000) >> 10), 0xDC00 + ((point - 0x10000) & 0x3FF));
}

template <class Items, class Write>
std::string map_text(const Items& items, Write&& write) {
  if (items.empty()) return "{}";
  std::string text = "{";
  const char* separator = "\n            ";
  for (const auto& item : items) {
    text += separator;
    text += write(item);
    separator = ",\n            ";
  }
  return text + "\n        }";
}

std::string seconds_text(const std::vector<stats::SecondCount>& seconds) {
  return map_text(seconds,
                  [](const stats::SecondCount& each) { return fmt::format("\"{}\": {}", each.first, each.second); });
}

std::string bucket_key(double ms) {
  const auto whole = static_cast<std::int64_t>(ms);
  return static_cast<double>(whole) == ms ? fmt::format("{}", whole) : float_text(ms);
}

std::string object_text(const stats::Entry& entry, const stats::Counts& counts) {
  const auto line = [](const char* key, const std::string& value, const char* end = ",") {
    return fmt::format("        \"{}\": {}{}\n", key, value, end);
  };
  return "    {\n" + line("name", json_string(entry.name())) + line("method", json_string(entry.method())) +
         line("last_request_timestamp", counts.last_request_at ? float_text(*counts.last_request_at) : "null") +
         line("start_time", float_text(counts.start_time)) + line("num_requests", std::to_string(counts.num_requests)) +
         line("num_none_requests", std::to_string(counts.num_none_requests)) +
         line("num_failures", std::to_string(counts.num_failures)) +
         line("total_response_time", number_text(counts.total_ms)) +
         line("max_response_time", number_text(counts.max_ms)) +
         line("min_response_time", counts.min_ms ? number_text(*counts.min_ms) : "null") +
         line("total_content_length", number_text(counts.total_length)) +
         line("response_times", map_text(counts.buckets,
                                         [](const stats::BucketCount& each) {
                                           return fmt::format("\"{}\": {}", bucket_key(each.ms), each.count);
                                         })) +
         line("num_reqs_per_sec", seconds_text(entry.requests_per_second())) +
         line("num_fail_per_sec", seconds_text(entry.failures_per_second()), "") + "    }";
}

}  // namespace

std::string json_string(std::string_view utf8) {
  std::string out = "\"";
  for (std::size_t at = 0; at < utf8.size();) append_escaped(out, code_point(utf8, at));
  return out += '"';
}

std::string stats_json(const std::vector<std::shared_ptr<stats::Entry>>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    const stats::Counts counts = entry->read();
    if (counts.num_requests == 0 && counts.num_failures == 0) continue;
    text += text.empty() ? "[\n" : ",\n";
    text += object_text(*entry, counts);
  }
  return text.empty() ? "[]" : text + "\n]";
}

}  // namespace acrida::report
