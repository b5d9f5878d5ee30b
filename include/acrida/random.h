#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace acrida {

// A user's own random numbers (xoshiro256**): the same seed and number of the user give the same sequence, whatever
// other users do. Works with the distributions of <random>.
class Random {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : words_) {  // splitmix64
      std::uint64_t z = (seed += 0x9e3779b97f4a7c15);
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  result_type operator()() {
    const std::uint64_t result = rotated(words_[1] * 5, 7) * 9, t = words_[1] << 17;
    words_[2] ^= words_[0];
    words_[3] ^= words_[1];
    words_[1] ^= words_[2];
    words_[0] ^= words_[3];
    words_[2] ^= t;
    words_[3] = rotated(words_[3], 45);
    return result;
  }

  // In [0, 1).
  double real() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }
  double uniform(double from, double to) { return from + real() * (to - from); }
  // One of 0 … n-1; 0 for n == 0. As Python's random.randrange(n).
  std::size_t below(std::size_t n) {
    return static_cast<std::size_t>((static_cast<unsigned __int128>((*this)()) * n) >> 64);
  }
  // One of the elements; `list` must not be empty.
  template <class List>
  const auto& choice(const List& list) {
    return list[below(list.size())];
  }

 private:
  static std::uint64_t rotated(std::uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }
  std::uint64_t words_[4];
};

}  // namespace acrida
