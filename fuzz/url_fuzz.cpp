// What parse_url() accepts survives being put together again, and nothing that goes on the wire holds a blank, a
// control character or a byte outside ASCII. Input: a URL, a line feed, a reference.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "wire/redirect.h"
#include "wire/url.h"

namespace {

using acrida::wire::Url;

void check(bool is_so) {
  if (!is_so) std::abort();
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_parts(const Url& url) {
  check(!url.host.empty() && is_printable(url.host) && is_printable(url.host_header()));
  check(url.port != 0 && url.target.starts_with('/'));
  check(is_printable(acrida::wire::to_request_target(url.target)));
  const std::string at = url.userinfo.empty() ? "" : url.userinfo + "@";
  const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  const std::string again = std::string(url.scheme()) + "://" + at + host + ":" + std::to_string(url.port) + url.target;
  auto second = acrida::wire::parse_url(again);
  check(second.ok() && second->host == url.host && second->port == url.port && second->target == url.target);
  check(second->userinfo == url.userinfo && second->is_https == url.is_https);
  check(!acrida::wire::drops_authorization(url, *second));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line_feed = text.find('\n');
  const std::string_view base = text.substr(0, line_feed);
  const std::string_view reference = line_feed == text.npos ? std::string_view{} : text.substr(line_feed + 1);

  auto url = acrida::wire::parse_url(base);
  if (url)
    check_parts(*url);
  else
    check(!url.error().text.empty());
  auto target = acrida::wire::parse_url(acrida::wire::resolve(base, reference));
  if (target) check_parts(*target);
  check(is_printable(acrida::wire::requote(text)));
  const std::vector<std::pair<std::string_view, std::string_view>> pairs{{base, reference}};
  check(is_printable(acrida::wire::form_urlencode(pairs)));
  return 0;
}
