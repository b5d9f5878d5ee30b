#pragma once

#include "cluster/master.h"

namespace acrida::cluster {

// One message on its way through a master's handlers. Views into the bytes that came.
struct Master::Message {
  std::string_view peer, type, data;
  Moment now;

  std::string id() const { return std::string(peer); }
};

}  // namespace acrida::cluster
