#include "reactor/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <chrono>

namespace acrida::reactor {

namespace {
constexpr base::Duration kTick = std::chrono::milliseconds(1);
}

base::Instant TimerWheel::instant_of(std::uint64_t tick) const {
  return origin_ + kTick * static_cast<std::int64_t>(tick);
}

std::uint64_t TimerWheel::tick_at_or_after(base::Instant when) const {
  if (when <= origin_) return 0;
  const base::Duration distance = when - origin_;
  const auto whole = static_cast<std::uint64_t>(distance / kTick);
  return distance % kTick == base::Duration(0) ? whole : whole + 1;
}

void TimerWheel::arm(Timer& timer, base::Instant when) {
  if (timer.slot_) unlink(timer);
  timer.tick_ = std::clamp(tick_at_or_after(when), current_ + 1, kLastTick);
  place(timer);
}

void TimerWheel::cancel(Timer& timer) {
  if (timer.slot_) unlink(timer);
}

// The level is that of the highest digit (base 64) in which the timer's tick differs from the current one. So every
// timer of a level lies behind the current slot of that level, and all timers of a lower level come first.
void TimerWheel::place(Timer& timer) {
  const std::uint64_t differing = timer.tick_ ^ current_;
  const int level = differing == 0 ? 0 : (std::bit_width(differing) - 1) / kBits;
  const auto slot = static_cast<std::size_t>((timer.tick_ >> (level * kBits)) & 63);
  const auto row = static_cast<std::size_t>(level);
  timer.slot_ = &slots_[row][slot];
  timer.previous_ = nullptr;
  timer.next_ = *timer.slot_;
  if (timer.next_) timer.next_->previous_ = &timer;
  *timer.slot_ = &timer;
  occupied_[row] |= std::uint64_t{1} << slot;
}

void TimerWheel::unlink(Timer& timer) {
  if (timer.previous_)
    timer.previous_->next_ = timer.next_;
  else
    *timer.slot_ = timer.next_;
  if (timer.next_) timer.next_->previous_ = timer.previous_;
  if (!*timer.slot_) {
    const auto at = static_cast<std::size_t>(timer.slot_ - slots_[0].data());
    occupied_[at / 64] &= ~(std::uint64_t{1} << (at % 64));
  }
  timer.slot_ = nullptr;
}

bool TimerWheel::find_next_slot(int& level, int& slot, std::uint64_t& tick) const {
  for (level = 0; level < kLevels; ++level) {
    const std::uint64_t bits = occupied_[static_cast<std::size_t>(level)];
    if (bits == 0) continue;
    slot = std::countr_zero(bits);
    const int above = (level + 1) * kBits;
    tick = (current_ >> above << above) | (static_cast<std::uint64_t>(slot) << (level * kBits));
    return true;
  }
  return false;
}

void TimerWheel::empty_slot(int level, int slot) {
  Timer*& head = slots_[static_cast<std::size_t>(level)][static_cast<std::size_t>(slot)];
  while (head) {
    Timer& timer = *head;
    unlink(timer);
    if (level == 0)
      timer.fire_(timer.context_);
    else
      place(timer);
  }
}

void TimerWheel::advance(base::Instant now) {
  if (now < origin_) return;
  const auto target = static_cast<std::uint64_t>((now - origin_) / kTick);
  int level = 0, slot = 0;
  std::uint64_t tick = 0;
  while (find_next_slot(level, slot, tick) && tick <= target) {
    current_ = std::max(current_, tick);
    empty_slot(level, slot);
  }
  current_ = std::max(current_, target);
}

std::optional<base::Instant> TimerWheel::next_expiry() const {
  int level = 0, slot = 0;
  std::uint64_t tick = 0;
  if (!find_next_slot(level, slot, tick)) return std::nullopt;
  return instant_of(tick);
}

}  // namespace acrida::reactor
