#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "http/origin.h"
#include "net/tls_session.h"

namespace acrida::http {

// The TLS contexts of a service: one per setting, made at its first use; and the sessions to resume, per origin.
//
// Owner   the service. Thread: the loop's. Fails: find() leaves the reason in `error`.
class TlsRegistry {
 public:
  // Null settings are the defaults. A setting that cannot be used is tried again at the next request.
  net::TlsContext* find(const TlsSettings* settings, std::string& error);
  // Null unless the context resumes sessions.
  net::TlsResumption* find_resumption(const net::TlsContext& context, const Origin& origin);

 private:
  std::unordered_map<const TlsSettings*, std::unique_ptr<net::TlsContext>> contexts_;
  std::map<std::pair<const net::TlsContext*, const Origin*>, net::TlsResumption> resumptions_;
};

}  // namespace acrida::http
