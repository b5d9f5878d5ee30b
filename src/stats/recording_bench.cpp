// What one sample costs the data thread: `stats_recording_bench` prints ns per record().
#include <cstdio>
#include <memory>
#include <vector>

#include "stats/request_stats.h"

int main() {
  using namespace acrida;
  stats::RequestStats statistics(true, 0);
  std::vector<stats::Recorder*> recorders;
  for (int i = 0; i < 5; ++i) recorders.push_back(statistics.find_or_create("GET", "/" + std::to_string(i), 0).data_recorder());
  constexpr int kSamples = 20'000'000;
  std::uint64_t random = 88172645463325252ULL;
  for (int round = 0; round < 3; ++round) {
    const base::Instant begin = base::now();
    for (int i = 0; i < kSamples; ++i) {
      random ^= random << 7;
      random ^= random >> 9;
      recorders[i % 5]->record(base::Duration(300'000 + random % 1'000'000), 120, base::Duration(1'790'000'000'000'000'000 + i * 5000LL));
    }
    std::printf("%.1f ns per record\n", static_cast<double>((base::now() - begin).count()) / kSamples);
  }
}
