// `make simulate SEEDS=10000`: that many random stories of a swarm; prints the seeds that broke an invariant.
// `make simulate SEED=17`: that one, with everything that happened in it.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "cluster/simulation_testing.h"

namespace simulation = acrida::cluster::simulation;

namespace {

int replay(std::uint64_t seed) {
  const simulation::Outcome outcome = simulation::run_story(seed, true);
  for (const std::string& line : outcome.trace) std::puts(line.c_str());
  for (const std::string& line : outcome.broken) std::printf("BROKEN %s\n", line.c_str());
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
              outcome.broken.empty() ? "everything holds" : "broken");
  return outcome.broken.empty() ? 0 : 1;
}

int run_many(std::uint64_t first, std::uint64_t count) {
  std::uint64_t failed = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const simulation::Outcome outcome = simulation::run_story(seed);
    if (outcome.broken.empty()) continue;
    ++failed;
    std::printf("seed %llu: %s (and %zu more); replay with `make simulate SEED=%llu`\n",
                static_cast<unsigned long long>(seed), outcome.broken[0].c_str(), outcome.broken.size() - 1,
                static_cast<unsigned long long>(seed));
    std::fflush(stdout);
  }
  std::printf("%llu of %llu seeds failed\n", static_cast<unsigned long long>(failed),
              static_cast<unsigned long long>(count));
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (argc == 3 && word == "seed") return replay(std::strtoull(argv[2], nullptr, 10));
  if (argc >= 3 && word == "seeds")
    return run_many(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1, std::strtoull(argv[2], nullptr, 10));
  std::puts("simulate seeds COUNT [FIRST] | simulate seed N");
  return 2;
}
