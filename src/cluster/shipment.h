#pragma once

#include <cstdint>
#include <string>

namespace acrida::cluster {

// What an acrida worker with `-f -` gets: the files of its master as one archive (python/acrida/_shipping), sent in
// pieces that the worker asks for one after the other, so that a slow link is never sent anything twice that is large.
//
// Owner   a Master.  Thread  the master's.  Fails  answer() says why there is no such piece.
struct Shipment {
  static constexpr std::size_t kPieceBytes = 256 * 1024;

  std::string archive;
  std::string sha256;   // of the archive, hexadecimal
  std::string problem;  // for people: why there is none

  bool is_known() const { return !archive.empty() || !problem.empty(); }
  // Data of a `locustfile` message: {"piece", "pieces", "sha256", "data"} or {"error"}.
  std::string answer(std::uint64_t piece) const;
};

}  // namespace acrida::cluster
