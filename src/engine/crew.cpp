#include "engine/crew.h"

namespace acrida::engine {

void Crew::apply(const std::vector<std::int64_t>& wanted, base::Instant now) {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (const std::int64_t missing = wanted[i] - host_.staying(i); missing > 0) host_.spawn(i, missing);
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (const std::int64_t surplus = host_.staying(i) - wanted[i]; surplus > 0) host_.ask_to_stop(i, surplus);
  if (is_settled()) return;
  if (stop_timeout_ == base::Duration(0)) host_.kill_leaving();
  if (!killed_at_) killed_at_ = now + stop_timeout_;
}

void Crew::dismiss(base::Instant now) {
  for (std::size_t i = 0; i < classes_; ++i)
    if (const std::int64_t staying = host_.staying(i); staying > 0) host_.ask_to_stop(i, staying);
  killed_at_ = now + stop_timeout_;
}

bool Crew::on_time(base::Instant now) {
  if (is_settled()) {
    killed_at_.reset();
    return false;
  }
  if (!killed_at_ || now < *killed_at_) return false;
  killed_at_.reset();
  host_.kill_leaving();
  return stop_timeout_ > base::Duration(0);
}

}  // namespace acrida::engine
