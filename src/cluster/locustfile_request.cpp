#include "cluster/locustfile_request.h"

#include "cluster/fields.h"
#include "wire/msgpack_writer.h"

namespace acrida::cluster {

Decoded<LocustfileRequest> read_locustfile_request(std::string_view data) {
  wire::MsgpackReader reader(data);
  LocustfileRequest request;
  read_fields(reader, [&](std::string_view key) {
    if (key == "version") return request.version = read_string(reader), true;
    if (key == "acrida") return request.proof = read_string(reader), true;
    if (key == "acrida_piece") return request.piece = read_count(reader), true;
    return false;
  });
  return finished(reader, std::move(request));
}

std::string locustfile_request_data(std::string_view version, std::string_view proof) {
  std::string data;
  wire::MsgpackWriter out(data);
  out.map(proof.empty() ? 1 : 2).key("version").text(version);
  if (!proof.empty()) out.key("acrida").text(proof);
  return data;
}

std::string locustfile_challenge_data(std::string_view challenge) {
  std::string data;
  wire::MsgpackWriter(data)
      .map(2)
      .key("error")
      .text(
          "this master gives its locustfile only to workers that know its join secret: start the worker with acrida "
          "and the "
          "same --join-secret")
      .key("acrida")
      .text(challenge);
  return data;
}

std::optional<std::string> read_locustfile_challenge(std::string_view data) {
  wire::MsgpackReader reader(data);
  std::optional<std::string> challenge;
  read_fields(reader, [&](std::string_view key) {
    if (key != "acrida") return false;
    return challenge = reader.read_text(), true;
  });
  return reader.ok() ? challenge : std::nullopt;
}

}  // namespace acrida::cluster
