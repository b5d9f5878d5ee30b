// What one sample costs the data thread: `stats_recording_bench` prints ns per record().
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "stats/request_stats.h"

namespace {

// Processor time: other programs must not count.
double cpu_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

}  // namespace

int main() {
  using namespace acrida;
  constexpr int kSamples = 5'000'000, kNames = 5, kRounds = 5;
  stats::RequestStats statistics(true, 0);
  std::vector<stats::Recorder*> recorders;
  for (int i = 0; i < kNames; ++i)
    recorders.push_back(statistics.find_or_create("GET", std::to_string(i), 0).data_recorder());
  double best = 1e9;
  std::uint64_t random = 88172645463325252ULL;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = cpu_ns();
    for (int i = 0; i < kSamples; ++i) {
      random ^= random << 7;
      random ^= random >> 9;
      recorders[static_cast<std::size_t>(i % kNames)]->record(base::Duration(300'000 + random % 1'000'000), 120,
                                                              base::Duration(1'790'000'000'000'000'000 + i * 5000LL));
    }
    best = std::min(best, (cpu_ns() - begin) / kSamples);
  }
  std::printf("%.1f ns per sample, entry and total together\n", best);
}
