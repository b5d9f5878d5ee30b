#include <fmt/core.h>
#include <openssl/sha.h>

#include "cluster/report.h"

namespace acrida::cluster {
namespace {

// The Latin-1 controls and the soft hyphen are the characters of two bytes that repr() escapes.
bool is_escaped_pair(unsigned char first, unsigned char second) {
  return first == 0xc2 && (second <= 0xa0 || second == 0xad);
}

}  // namespace

std::string python_repr(std::string_view text) {
  const bool has_single = text.find('\'') != text.npos;
  const char quote = has_single && text.find('"') == text.npos ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (text[i] == '\\' || text[i] == quote)
      out.append(1, '\\').append(1, static_cast<char>(c));
    else if (c == '\n')
      out.append("\\n");
    else if (c == '\r')
      out.append("\\r");
    else if (c == '\t')
      out.append("\\t");
    else if (c < 0x20 || c == 0x7f)
      out.append(fmt::format("\\x{:02x}", c));
    else if (i + 1 < text.size() && is_escaped_pair(c, static_cast<unsigned char>(text[i + 1])))
      out.append(fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i])));
    else
      out.push_back(static_cast<char>(c));
  }
  return out.append(1, quote);
}

std::string error_key(std::string_view method, std::string_view name, std::string_view text) {
  const std::string joined = fmt::format("{}.{}.{}", method, name, python_repr(text));
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(joined.data()), joined.size(), digest);
  std::string hex;
  for (const unsigned char byte : digest) hex.append(fmt::format("{:02x}", byte));
  return hex;
}

}  // namespace acrida::cluster
