#include "load/picks.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace acrida::load {

Picks::Picks(const std::vector<Weighted>& classes) {
  for (const Weighted& each : classes) {
    if (!(each.weight > 0)) continue;
    const double mass = each.weight + 1.0;
    candidates_.push_back({each.weight * std::log2(each.weight / mass), mass, each.weight, each.name, each.user_class});
  }
}

bool Picks::Candidate::is_before(const Candidate& other) const {
  return std::tie(score, mass, weight, name) < std::tie(other.score, other.mass, other.weight, other.name);
}

std::optional<std::size_t> Picks::next() {
  if (candidates_.empty()) return std::nullopt;
  Candidate& first = *std::min_element(candidates_.begin(), candidates_.end(),
                                       [](const Candidate& a, const Candidate& b) { return a.is_before(b); });
  first.score = first.weight * std::log2(first.mass / (first.mass + 1.0));
  first.mass += 1.0;
  return first.user_class;
}

}  // namespace acrida::load
