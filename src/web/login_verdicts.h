#pragma once

#include <string>
#include <unordered_map>

#include "base/time.h"
#include "web/http.h"

namespace acrida::web {

// Who was let in a moment ago, by what the client showed, so that the page lives while Python is busy.
//
// Owner   the site. Thread: the loop's. Fails: never.
class LoginVerdicts {
 public:
  static constexpr base::Duration kKept = std::chrono::seconds(30);

  // By the headers that a login may look at; empty if the client shows nothing.
  static std::string key_of(const Request& request);

  bool is_known(const std::string& key, base::Instant now) const;
  void remember(const std::string& key, base::Instant now);

 private:
  std::unordered_map<std::string, base::Instant> until_;
};

}  // namespace acrida::web
