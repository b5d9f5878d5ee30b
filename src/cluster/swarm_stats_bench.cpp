// What merging reports of base-dialect workers costs: `cluster_swarm_stats_bench` prints entries per second, decoding
// included, for rows of 60 buckets; 300 rows a report, as docs/cluster-protocol.md's table has them.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "cluster/swarm_stats.h"

namespace {

double cpu_ns() {  // processor time: other programs must not count
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

std::string make_report(int rows, int buckets) {
  using namespace acrida;
  cluster::Taken taken;
  auto total = std::make_shared<stats::Entry>("", "Aggregated", 1.79e9, false);
  for (int i = 0; i < rows; ++i) {
    auto entry = std::make_shared<stats::Entry>("GET", "/shop/category/item-" + std::to_string(i), 1.79e9, false);
    for (int k = 0; k < 3 * buckets; ++k) {
      const double ms = k % buckets < 50 ? 10 + k % buckets : 100 + 10 * (k % buckets);
      entry->log_here(stats::Number{ms, false}, {100, true}, 1.79e9 + k % 3);
      total->log_here(stats::Number{ms, false}, {100, true}, 1.79e9 + k % 3);
    }
    taken.entries.push_back(entry);
  }
  taken.total = total;
  return cluster::base_report_data(taken);
}

}  // namespace

int main() {
  using namespace acrida;
  constexpr int kRows = 300, kReports = 2'000, kRounds = 3;
  const std::string data = make_report(kRows, 60);
  cluster::Report report;
  std::string problem;
  double decode = 1e18, both = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    double begin = cpu_ns();
    for (int i = 0; i < kReports; ++i)
      if (!cluster::read_base_report(data, {}, report, problem)) return std::puts(problem.c_str()), 1;
    decode = std::min(decode, (cpu_ns() - begin) / (kRows * kReports));
    cluster::SwarmStats swarm(1.79e9);
    begin = cpu_ns();
    for (int i = 0; i < kReports; ++i) {
      cluster::read_base_report(data, {}, report, problem);
      swarm.merge(report, 1.79e9);
      if (i % 333 == 332) swarm.settle();  // a second of 1,000 workers that report every three
    }
    swarm.settle();
    both = std::min(both, (cpu_ns() - begin) / (kRows * kReports));
    if (swarm.total().num_requests() != kReports * kRows * 180LL) return std::puts("counted wrong"), 1;
  }
  std::printf("report of %d rows: %zu bytes\n", kRows, data.size());
  std::printf("decoding %.0f ns, merging %.0f ns per row of 60 buckets: merging %.2f, both %.2f million rows/s\n",
              decode, both - decode, 1e3 / (both - decode), 1e3 / both);
}
