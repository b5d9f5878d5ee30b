#include "http/origin.h"

#include <algorithm>
#include <cctype>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace acrida::http {

namespace {

std::string authority_of(const Origin& origin) {
  std::string text = origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  if (origin.port != (origin.is_tls ? 443 : 80)) text += ":" + std::to_string(origin.port);
  return text;
}

// Never destroyed: pointers into these are held by threads that may outlive static destruction.
struct Interned {
  std::mutex mutex;
  std::unordered_map<std::string, std::unique_ptr<Origin>> origins;
  std::deque<TlsSettings> settings;
  std::deque<Proxy> proxies;
};

Interned& interned() {
  static Interned* const all = new Interned;
  return *all;
}

// The one that equals `wanted`, which is added if there is none.
template <typename T>
const T* interned_in(std::deque<T>& all, const T& wanted) {
  std::lock_guard lock(interned().mutex);
  const auto found = std::find(all.begin(), all.end(), wanted);
  if (found != all.end()) return &*found;
  all.push_back(wanted);
  return &all.back();
}

}  // namespace

const Origin* intern_origin(bool is_tls, std::string_view host, std::uint16_t port) {
  Origin origin{.is_tls = is_tls, .host = std::string(host), .port = port, .authority = {}};
  std::transform(origin.host.begin(), origin.host.end(), origin.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (origin.host.size() > 2 && origin.host.front() == '[') origin.host = origin.host.substr(1, origin.host.size() - 2);
  origin.authority = authority_of(origin);
  const std::string key = (is_tls ? "s" : "p") + std::to_string(port) + "/" + origin.host;
  std::lock_guard lock(interned().mutex);
  auto& place = interned().origins[key];
  if (!place) place = std::make_unique<Origin>(std::move(origin));
  return place.get();
}

const TlsSettings* intern_tls(const TlsSettings& settings) { return interned_in(interned().settings, settings); }

const Proxy* intern_proxy(const Proxy& proxy) { return interned_in(interned().proxies, proxy); }

}  // namespace acrida::http
