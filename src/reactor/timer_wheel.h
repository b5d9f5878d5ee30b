#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace acrida::reactor {

// Something that shall happen at an instant. Lives inside its owner; links into a TimerWheel while armed.
// Its owner cancels it before it dies.
class Timer {
 public:
  using Fire = void (*)(void* context);
  Timer(Fire fire, void* context) : fire_(fire), context_(context) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool is_armed() const { return slot_ != nullptr; }

 private:
  friend class TimerWheel;
  Fire fire_;
  void* context_;
  Timer* next_ = nullptr;
  Timer* previous_ = nullptr;
  Timer** slot_ = nullptr;  // head of the list it is in; null: not armed
  std::uint64_t tick_ = 0;
};

// Timers in hashed levels of 64 slots: arming and cancelling cost the same for ten timers and for a million.
// Resolution is one millisecond; a timer never fires early.
//
// Owner   the reactor (or a test). Pure: it is told the time.
// Thread  one.
// Fails   never.
class TimerWheel {
 public:
  explicit TimerWheel(base::Instant origin) : origin_(origin) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Arms, or moves an armed timer. An instant that has passed fires at the next tick.
  void arm(Timer& timer, base::Instant when);
  void cancel(Timer& timer);

  // When the armed timer will fire (its tick); only for an armed one.
  base::Instant expiry(const Timer& timer) const { return instant_of(timer.tick_); }

  // Fires everything due. Callbacks may arm and cancel whatever they like.
  void advance(base::Instant now);

  // No timer fires before this instant (it may be early by one cascade); nothing if none is armed.
  std::optional<base::Instant> next_expiry() const;

 private:
  static constexpr int kLevels = 7;  // 64^7 ms: more than a century
  static constexpr int kBits = 6;
  static constexpr std::uint64_t kLastTick = (std::uint64_t{1} << (kLevels * kBits)) - 1;

  base::Instant instant_of(std::uint64_t tick) const;
  std::uint64_t tick_at_or_after(base::Instant when) const;
  void place(Timer& timer);
  void unlink(Timer& timer);
  bool find_next_slot(int& level, int& slot, std::uint64_t& tick) const;
  void empty_slot(int level, int slot);

  base::Instant origin_;
  std::uint64_t current_ = 0;
  std::array<std::uint64_t, kLevels> occupied_{};
  std::array<std::array<Timer*, 64>, kLevels> slots_{};
};

}  // namespace acrida::reactor
