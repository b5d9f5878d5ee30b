#include "cluster/shipment.h"

#include <fmt/core.h>

#include <string_view>

#include "wire/msgpack_writer.h"

namespace acrida::cluster {
namespace {

std::string error_data(std::string_view text) {
  std::string data;
  wire::MsgpackWriter(data).map(1).key("error").text(text);
  return data;
}

}  // namespace

std::string Shipment::answer(std::uint64_t piece) const {
  if (!problem.empty()) return error_data(problem);
  const std::uint64_t pieces = (archive.size() + kPieceBytes - 1) / kPieceBytes;
  if (piece >= pieces)
    return error_data(fmt::format("there is no piece {} of the locustfiles, only {}", piece, pieces));
  std::string data;
  wire::MsgpackWriter out(data);
  out.map(4).key("piece").integer(static_cast<std::int64_t>(piece));
  out.key("pieces").integer(static_cast<std::int64_t>(pieces)).key("sha256").text(sha256);
  out.key("data").bytes(std::string_view(archive).substr(piece * kPieceBytes, kPieceBytes));
  return data;
}

}  // namespace acrida::cluster
