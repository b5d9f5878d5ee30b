// What the page's server decides about a request by looking at its path and headers. Input: a path, a Host and an
// Origin, on a line each.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "web/guard.h"
#include "web/route.h"
#include "wire/form.h"

using namespace acrida;

namespace {

void check(bool is_so) {
  if (!is_so) std::abort();
}

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

void find_route(std::string_view path) {
  const std::string merged = web::merged_slashes(path);
  check(merged.find("//") == merged.npos && web::merged_slashes(merged) == merged);
  const auto below = web::below_base(merged, "/lo");
  check(!below || below->empty() || below->front() == '/');
  const web::RouteRule* const rule = web::find_rule(below.value_or(merged));
  if (rule) check(web::is_allowed(*rule, "GET") == rule->has_get && web::is_allowed(*rule, "POST") == rule->has_post);
  check(wire::percent_decoded(path, true).size() <= path.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  web::Request request;
  request.target = next_line(rest);
  const std::string_view host = next_line(rest), origin = next_line(rest);
  request.headers = {{"Host", std::string(host)}, {"Origin", std::string(origin)}};

  find_route(request.path());
  check(wire::parse_urlencoded(request.query()).size() <= wire::kMostFields);
  web::Door door{.is_loopback_only = true, .names = {"https://lab.example:443/x"}};
  if (host == "lab.example" || host == "localhost:8089" || host == "[::1]:8089")
    check(web::is_host_welcome(host, door));
  if (host == "evil.example") check(!web::is_host_welcome(host, door));
  web::is_host_welcome(host, door);
  if (!origin.empty() && origin == host && origin.find_first_of("/:") == origin.npos)
    check(!web::comes_from_another_site(request));
  web::comes_from_another_site(request);
  return 0;
}
