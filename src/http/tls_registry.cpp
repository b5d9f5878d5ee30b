#include "http/tls_registry.h"

namespace acrida::http {

net::TlsContext* TlsRegistry::find(const TlsSettings* settings, std::string& error) {
  auto& context = contexts_[settings];
  if (context) return context.get();
  const TlsSettings wanted = settings ? *settings : TlsSettings{};
  auto made = net::TlsContext::make({.verify = wanted.verify,
                                     .ca_path = wanted.ca_path,
                                     .cert_file = wanted.cert_file,
                                     .key_file = wanted.key_file,
                                     .resume_sessions = wanted.resume_sessions,
                                     .verify_host = wanted.verify_host,
                                     .limits = wanted.limits});
  if (!made) {
    error = made.error();
    return nullptr;
  }
  context = std::move(made.value());
  return context.get();
}

net::TlsResumption* TlsRegistry::find_resumption(const net::TlsContext& context, const Origin& origin) {
  return context.resumes() ? &resumptions_[{&context, &origin}] : nullptr;
}

}  // namespace acrida::http
