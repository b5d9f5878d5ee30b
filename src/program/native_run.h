#pragma once

#include <memory>
#include <optional>

#include "program/cast.h"
#include "program/live_view.h"
#include "program/native_files.h"
#include "program/options.h"
#include "program/page.h"
#include "program/results.h"
#include "program/run_control.h"
#include "program/shown.h"
#include "program/signals.h"
#include "program/usage.h"
#include "program/worker_processes.h"
#include "web/live_stats.h"

namespace acrida::program {

// A native program from the moment when its options are known to its exit code: waits, prints, writes files. With a
// page it goes on until somebody interrupts it, without one until the test is over.
//
// Owner   native_main(). Thread: the main one.
// Fails   std::system_error for files, threads and descriptors that cannot be had; web::ListenError.
class NativeRun {
 public:
  NativeRun(Cast& cast, Options options, char** argv, Signals& signals);
  ~NativeRun();
  int main();

 private:
  void start_by_command_line(base::Instant now);
  void turn();
  void wait();
  void note_second(base::Instant now);
  void end_of_test(const char* reason, base::Instant now);
  void begin_quit(base::Instant now);
  bool has_its_workers(base::Instant now);
  bool give_up_waiting(int exit_code, base::Instant now);
  void obey_swarm(base::Instant now);
  int finish();
  int decide_exit_code();
  bool prints_tables() const;
  web::LiveStats& live_stats();

  Options options_;
  Cast& cast_;
  Signals& signals_;
  Results results_;
  Usage usage_;
  std::unique_ptr<Runner> runner_;
  std::optional<WorkerProcesses> workers_;  // of --processes
  RunControl control_;
  Shown shown_;
  web::LiveStats own_live_stats_;  // without a page
  std::unique_ptr<Page> page_;
  std::optional<LiveView> live_view_;
  std::optional<CsvFiles> csv_;
  base::Instant next_second_at_{}, next_table_at_{}, next_history_at_{};
  std::optional<base::Instant> autoquit_at_;
  base::Instant began_at_{}, next_waiting_line_at_{};
  std::optional<int> exit_code_;
  bool starts_itself_ = false;  // the command line's start is still to come
  bool waits_for_autoquit_ = false, is_quitting_ = false, has_warned_usage_ = false;
};

}  // namespace acrida::program
