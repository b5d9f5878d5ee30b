#include "program/worker_processes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/time.h"
#include "program/log.h"
#include "program/option_values.h"

extern char** environ;

namespace acrida::program {

using namespace std::chrono_literals;

namespace {

// "<pid of the parent>:<port of the master or empty>", as acrida -f has it, too.
constexpr const char* kVariable = "ACRIDA_WORKER_OF";
constexpr auto kPatience = 5s, kPatienceAfterInterrupt = 30s;

struct Parent {
  pid_t pid;
  int master_port;  // 0: the master is somebody else
};
std::optional<Parent> g_parent;

std::optional<Parent> read_parent() {
  const char* const text = std::getenv(kVariable);
  if (!text) return std::nullopt;
  Parent parent{};
  char* end = nullptr;
  parent.pid = static_cast<pid_t>(std::strtol(text, &end, 10));
  if (*end == ':') parent.master_port = static_cast<int>(std::strtol(end + 1, nullptr, 10));
  unsetenv(kVariable);  // it is not about programs that a scenario starts
  return parent;
}

// The words of the environment, with ours.
std::vector<std::string> environment_with(const std::string& ours) {
  std::vector<std::string> words{ours};
  for (char** word = environ; *word; ++word) words.emplace_back(*word);
  return words;
}

// What posix_spawn is told: no input, and no signal blocked.
class SpawnRules {
 public:
  SpawnRules() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnRules() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnRules(const SpawnRules&) = delete;
  SpawnRules& operator=(const SpawnRules&) = delete;

  pid_t start(char** argv, char** environment) const {
    pid_t pid = 0;
    const int error = posix_spawn(&pid, "/proc/self/exe", &actions_, &attributes_, argv, environment);
    if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start a worker process");
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

int code_of(int status) { return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

pid_t end_with_parent() {
  g_parent = read_parent();
  if (!g_parent) return 0;
  prctl(PR_SET_PDEATHSIG, g_parent->master_port ? SIGKILL : SIGTERM);
  if (getppid() != g_parent->pid) std::exit(1);
  return g_parent->pid;
}

void become_child(Options& options) {
  if (!g_parent) return;
  options.is_worker = true;
  options.is_master = false;
  options.processes.reset();
  options.run_time_s = 0;
  options.csv_prefix = options.html_file = options.json_file = "";
  options.autostarts = options.prints_stats = options.has_full_history = options.prints_json = false;
  options.autoquit_s = -1;
  if (!g_parent->master_port) return;
  options.master_host = "127.0.0.1";
  options.master_port = g_parent->master_port;
}

void settle_processes(Options& options) {
  std::int64_t& count = options.processes.emplace(options.processes.value_or(0));
  if (count < -1) throw UsageProblem(fmt::format("Invalid --processes count {}", count));
  if (count == -1) count = std::max(1u, std::thread::hardware_concurrency());
  if (count == 0) return options.processes.reset();
  if (options.is_master)
    throw UsageProblem(
        "--master cannot be combined with --processes. Remove --master, as it is implicit as long as --worker is not "
        "set.");
  if (options.is_worker) return;
  options.is_master = true;
  options.expect_workers = count;
}

WorkerProcesses::WorkerProcesses(char** argv, std::int64_t count, std::optional<int> master_port) {
  auto words = environment_with(
      fmt::format("{}={}:{}", kVariable, getpid(), master_port ? std::to_string(*master_port) : std::string()));
  std::vector<char*> environment;
  for (std::string& word : words) environment.push_back(word.data());
  environment.push_back(nullptr);
  const SpawnRules rules;
  try {
    for (; count > 0; --count) {
      children_.push_back({.pid = rules.start(argv, environment.data()), .code = {}});
      log(Level::Debug, kMain, "Started child worker with pid #{}", children_.back().pid);
    }
  } catch (const std::system_error&) {
    send(SIGKILL);
    wait(kPatience);
    throw;
  }
}

// Only after an error are there any left.
WorkerProcesses::~WorkerProcesses() { send(SIGKILL); }

bool WorkerProcesses::look() {
  bool have_all_ended = true;
  for (Child& child : children_) {
    int status = 0;
    if (!child.code && waitpid(child.pid, &status, WNOHANG) == child.pid) child.code = code_of(status);
    have_all_ended = have_all_ended && child.code;
  }
  return have_all_ended;
}

std::optional<int> WorkerProcesses::failed() {
  look();
  for (const Child& child : children_)
    if (child.code) return child.code;
  return std::nullopt;
}

void WorkerProcesses::wait(std::chrono::milliseconds patience) {
  const base::Instant until = base::now() + patience;
  while (!look() && base::now() < until) std::this_thread::sleep_for(20ms);
}

void WorkerProcesses::send(int signal) {
  look();
  for (Child& child : children_) {
    if (child.code) continue;
    child.is_signalled = true;
    kill(child.pid, signal);
  }
}

int WorkerProcesses::finish(int own_code) {
  wait(kPatience);
  send(SIGINT);
  wait(kPatienceAfterInterrupt);
  send(SIGKILL);
  wait(kPatience);
  int worst = 0, killed_by = 0;
  for (const Child& child : children_) {
    worst = std::max(worst, child.code.value_or(0));
    if (child.code.value_or(0) < 0 && !child.is_signalled) killed_by = -*child.code;
  }
  if (worst > 1) log(Level::Error, kMain, "Bad response code from worker children: {}", worst);
  if (killed_by) log(Level::Error, kMain, "Worker processes were killed by signal {}", killed_by);
  return own_code ? own_code : worst ? worst : killed_by ? 1 : 0;
}

// A signal may have been sent to this process alone, so it is passed on; children know that it is the same one.
int WorkerProcesses::wait_as_group(Signals& signals) {
  signals.leave_second_to_owner();
  bool is_passed_on = false;
  while (!look()) {
    pollfd ready{signals.descriptor(), POLLIN, 0};
    if (poll(&ready, 1, 100) > 0) signals.take();
    if (signals.is_end_urgent()) {
      log(Level::Warning, kMain, "Interrupted again: ending the workers at once");
      send(SIGKILL);
      return 1;
    }
    if (signals.is_end_wanted() && !std::exchange(is_passed_on, true)) send(signals.first());
  }
  int worst = 0;
  for (const Child& child : children_) worst = std::max(worst, *child.code);
  return worst;
}

}  // namespace acrida::program
