#include "web/login_verdicts.h"

namespace acrida::web {

namespace {

constexpr std::size_t kMost = 1000;

}  // namespace

std::string LoginVerdicts::key_of(const Request& request) {
  std::string key;
  for (const Header& header : request.headers)
    if (is_named(header, "Cookie") || is_named(header, "Authorization")) key += header.value + '\n';
  // The same login may not be good from elsewhere.
  return key.empty() ? key : key + request.peer;
}

bool LoginVerdicts::is_known(const std::string& key, base::Instant now) const {
  const auto found = until_.find(key);
  return !key.empty() && found != until_.end() && now < found->second;
}

void LoginVerdicts::remember(const std::string& key, base::Instant now) {
  if (key.empty()) return;
  if (until_.size() >= kMost) std::erase_if(until_, [now](const auto& each) { return each.second <= now; });
  if (until_.size() >= kMost) until_.clear();
  until_[key] = now + kKept;
}

}  // namespace acrida::web
