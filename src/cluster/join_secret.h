#pragma once

#include <string>
#include <string_view>

namespace acrida::cluster {

inline constexpr const char* kNotTheSameSecret =
    "The master and this worker do not have the same join secret. Give all nodes the same --join-secret (or none).";

// The secret that the nodes of a swarm share, and how one shows that it knows it without saying it: HMAC-SHA-256 over
// the other's challenge, the own id and the role, so that no answer can be used a second time or by somebody else.
//
// Owner   a Master or a Worker.  Thread  any.  Fails  never.
class JoinSecret {
 public:
  JoinSecret(std::string secret, std::string salt) : secret_(std::move(secret)), salt_(std::move(salt)) {}

  bool is_set() const { return !secret_.empty(); }
  // What this node asks `peer` to sign. Derived, so that nothing has to be remembered for strangers.
  std::string challenge_for(std::string_view peer) const;
  // role: "worker", "master" or "locustfile".
  std::string sign(std::string_view role, std::string_view challenge, std::string_view worker_id) const;
  bool is_signed(std::string_view proof, std::string_view role, std::string_view challenge,
                 std::string_view worker_id) const;

 private:
  std::string secret_, salt_;
};

}  // namespace acrida::cluster
