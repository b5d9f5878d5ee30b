#pragma once

#include "base/time.h"

namespace acrida::cluster {

// Now, on both clocks: the one that never jumps decides everything; the other is only shown and sent.
struct Moment {
  base::Instant at;
  double wall = 0;  // epoch seconds
};

}  // namespace acrida::cluster
