#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <acrida/scenario.h>
#include "engine/run.h"
#include "native/crowd.h"
#include "program/native_files.h"
#include "program/options.h"
#include "reactor/descriptor.h"
#include "stats/request_stats.h"

namespace acrida::program {

// A headless run of a native program, from its start to its exit code.
//
// Owner   native_main(). Thread: the main one.
// Fails   std::system_error for files, threads and descriptors that cannot be had.
class NativeRun {
 public:
  NativeRun(Scenario& scenario, const std::vector<const detail::UserDefinition*>& classes, const Options& options);
  int main();

 private:
  void start();
  void turn();
  void wait();
  void on_signal();
  void note_seconds(base::Instant now);
  void follow_shape(base::Instant now);
  void take(const native::Report& report);
  void handle_notices();
  void end(const char* reason);
  int finish();
  std::int64_t user_count() const { return crowd_.alive(); }

  Scenario& scenario_;
  const Options& options_;
  reactor::Descriptor bell_, signals_;
  native::Crowd crowd_;
  engine::Run run_;
  stats::RequestStats statistics_;
  ScenarioErrors errors_;
  std::optional<CsvFiles> csv_;
  base::Instant started_at_{}, next_second_at_{}, next_table_at_{}, next_watch_at_{};
  std::optional<Tick> last_tick_;
  int interruptions_ = 0;
};

// The classes that the command line asks for, tags applied; nothing and `complaint` when that cannot be.
std::vector<const detail::UserDefinition*> choose_classes(Scenario& scenario, const Options& options,
                                                          std::string& complaint);

// main() of every native program.
int native_main(int argc, char** argv);

}  // namespace acrida::program
