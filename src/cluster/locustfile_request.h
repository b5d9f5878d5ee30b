#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/join_secret.h"
#include "cluster/messages.h"

// How a worker without a locustfile asks for one, before it joins. With a join secret the first answer is a challenge
// (which older workers read as an error with a clear text), the second request carries the proof.
//
//   worker  ["locustfile", {"version": "2.47.0"}, id]
//   master  ["locustfile", {"error": "…join secret…", "acrida": challenge}, id]     only with a secret
//   worker  ["locustfile", {"version": "2.47.0", "acrida": proof}, id]
//   master  ["locustfile", {"locustfiles": […]}, id]
//
// An acrida worker adds "acrida_piece": n and gets, instead of the last answer, piece n of a shipment (shipment.h).
namespace acrida::cluster {

struct LocustfileRequest {
  std::string version, proof;
  std::optional<std::uint64_t> piece;
};
Decoded<LocustfileRequest> read_locustfile_request(std::string_view data);
// For the worker's side; `proof` empty: the first one.
std::string locustfile_request_data(std::string_view version, std::string_view proof);

std::string locustfile_challenge_data(std::string_view challenge);
// The challenge in an answer, if there is one: sign it with JoinSecret::sign("locustfile", challenge, own id).
std::optional<std::string> read_locustfile_challenge(std::string_view data);

}  // namespace acrida::cluster
