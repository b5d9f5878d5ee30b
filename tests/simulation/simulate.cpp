// `make simulate SEEDS=10000`: that many random stories of a swarm; prints the seeds that broke an invariant.
// `make simulate SEED=17`: that one, with everything that happened in it.
// `make simulate SWARM=10000`: so many workers without a fault, and what they cost.
#include <malloc.h>
#include <time.h>

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

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

int run_swarm(int workers) {
  using acrida::cluster::RunState;
  simulation::World world(1);
  auto tell = [&, messages = std::int64_t{0}, bytes = std::int64_t{0}, at = world.seconds(),
               spent = cpu_seconds()](const char* what) mutable {
    const double seconds = world.seconds() - at;
    std::printf(
        "%-34s %6.1f s: %8.0f messages/s %8.2f MB/s, %5.1f %% of a core for all nodes together, heap %.0f MiB\n", what,
        seconds, static_cast<double>(world.messages - messages) / seconds,
        static_cast<double>(world.message_bytes - bytes) / seconds / 1e6, 100 * (cpu_seconds() - spent) / seconds,
        static_cast<double>(mallinfo2().uordblks) / (1 << 20));
    messages = world.messages, bytes = world.message_bytes, at = world.seconds(), spent = cpu_seconds();
  };
  for (int i = 0; i < workers; ++i) world.add_worker();
  world.pass(5);
  tell("all join");
  world.start(10LL * workers, workers);
  const double begin = world.seconds();
  while (world.master().state() != RunState::Running && world.seconds() < begin + 60) world.pass(0.1);
  std::printf("%d users after %.1f s\n", static_cast<int>(world.users_alive()), world.seconds() - begin);
  tell("ramp, ten batches");
  world.pass(30);
  tell("running");
  world.kill(world.worker(0));
  world.pass(70);
  tell("one killed, given up, rebalanced");
  world.stop();
  world.pass(5);
  tell("stop");
  world.quit();
  world.pass(5);
  tell("quit");
  for (const std::string& line : world.broken) std::printf("BROKEN %s\n", line.c_str());
  std::printf("stopped %d time(s), quit finished %d time(s), %d users left\n", static_cast<int>(world.run_stopped),
              static_cast<int>(world.quit_finished), static_cast<int>(world.users_alive()));
  return world.broken.empty() && world.quit_finished == 1 && world.users_alive() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (argc == 3 && word == "seed") return replay(std::strtoull(argv[2], nullptr, 10));
  if (argc >= 3 && word == "seeds")
    return run_many(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1, std::strtoull(argv[2], nullptr, 10));
  if (argc == 3 && word == "swarm") return run_swarm(std::atoi(argv[2]));
  std::puts("simulate seeds COUNT [FIRST] | simulate seed N | simulate swarm WORKERS");
  return 2;
}
