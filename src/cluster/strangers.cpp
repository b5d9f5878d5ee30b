#include "cluster/strangers.h"

namespace acrida::cluster {

namespace {

constexpr base::Duration kFirstStop = base::from_seconds(2);  // who greets now is faster
constexpr base::Duration kNextStop = base::from_seconds(5);
constexpr base::Duration kForgetAfter = base::from_seconds(10);

}  // namespace

Strangers::Step Strangers::heard(const std::string& id, bool is_at_rest, base::Instant now) {
  if (known_.size() >= kMost)
    std::erase_if(known_, [now](const auto& each) { return now - each.second.heard_at > kForgetAfter; });
  if (known_.size() >= kMost && !known_.contains(id)) return Step::Nothing;
  const auto [found, is_new] = known_.try_emplace(id);
  Stranger& it = found->second;
  if (is_new || now - it.heard_at > kForgetAfter) it = Stranger{now, now + kFirstStop, 0};
  it.heard_at = now;
  if (now < it.next_at) return Step::Nothing;
  it.next_at = now + kNextStop;
  if (is_at_rest && it.stops > 0) return Step::Welcome;
  ++it.stops;
  return Step::Stop;
}

}  // namespace acrida::cluster
