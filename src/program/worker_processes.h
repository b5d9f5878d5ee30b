#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <vector>

#include "program/options.h"
#include "program/signals.h"

namespace acrida::program {

// To be called first, before any thread. In a program that --processes has started: however the one that started it
// ends, also by SIGKILL, this one does not stay behind. A master takes its workers along at once; the parent of a group
// was nobody's master: its workers stop their users and hand in their results. Answers who it is, or 0.
pid_t end_with_parent();

// In such a program: be a worker, and leave to the parent what only one may do.
void become_child(Options& options);

// What --processes means here, and -1 is one per processor. UsageProblem says what cannot be meant.
void settle_processes(Options& options);

// Further processes of this program, as workers: --processes N. Programs that are started, not forks.
//
// Owner   the run. Thread: the main one.
// Fails   the constructor throws std::system_error if a process cannot be started; those before it end then.
class WorkerProcesses {
 public:
  // Workers of the master at this port of ours, or of the one that the command line names.
  WorkerProcesses(char** argv, std::int64_t count, std::optional<int> master_port);
  ~WorkerProcesses();
  WorkerProcesses(const WorkerProcesses&) = delete;
  WorkerProcesses& operator=(const WorkerProcesses&) = delete;

  // The exit code of one that has ended already (below 0: the signal).
  std::optional<int> failed();
  // Waits for all of them, with growing insistence; the exit code of the whole.
  int finish(int own_code);
  // For a parent that is nobody's master: ends when all have ended, with the highest of their codes.
  int wait_as_group(Signals& signals);

 private:
  struct Child {
    pid_t pid;
    std::optional<int> code;  // once it has ended
    bool is_signalled = false;
  };
  bool look();  // true: all have ended
  void wait(std::chrono::milliseconds patience);
  void send(int signal);

  std::vector<Child> children_;
};

}  // namespace acrida::program
