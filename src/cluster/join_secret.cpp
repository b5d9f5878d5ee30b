#include "cluster/join_secret.h"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace acrida::cluster {
namespace {

std::string hmac(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest, &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex.append(fmt::format("{:02x}", digest[i]));
  return hex;
}

}  // namespace

std::string JoinSecret::challenge_for(std::string_view peer) const { return hmac(salt_, peer).substr(0, 32); }

std::string JoinSecret::sign(std::string_view role, std::string_view challenge, std::string_view worker_id) const {
  return is_set() ? hmac(secret_, fmt::format("acrida {}\n{}\n{}", role, challenge, worker_id)) : std::string{};
}

bool JoinSecret::is_signed(std::string_view proof, std::string_view role, std::string_view challenge,
                           std::string_view worker_id) const {
  if (!is_set()) return true;
  const std::string right = sign(role, challenge, worker_id);
  return proof.size() == right.size() && CRYPTO_memcmp(proof.data(), right.data(), right.size()) == 0;
}

}  // namespace acrida::cluster
