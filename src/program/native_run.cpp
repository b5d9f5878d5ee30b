#include "program/native_run.h"

#include <fmt/core.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

#include "program/listeners.h"
#include "program/local_runner.h"
#include "program/log.h"
#include "program/master_runner.h"
#include "program/tables.h"

namespace acrida::program {

using namespace std::chrono_literals;

namespace {

std::unique_ptr<Runner> make_runner(Cast& cast, Results& results, const Options& options) {
  if (options.is_master) return std::make_unique<MasterRunner>(cast, results, options);
  return std::make_unique<LocalRunner>(cast, results, options);
}

// At the end: a result that cannot be written takes no other one along.
template <class Write>
bool try_to_write(Write&& write) {
  try {
    write();
    return true;
  } catch (const std::exception& error) {
    log(Level::Error, kMain, "{}", error.what());
    return false;
  }
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

NativeRun::NativeRun(Cast& cast, Options options, char** argv, Signals& signals)
    : options_(std::move(options)),
      cast_(cast),
      signals_(signals),
      runner_(make_runner(cast, results_, options_)),
      control_(cast, results_, *runner_),
      shown_{control_, options_, usage_, last_part(argv[0])} {
  if (options_.processes) workers_.emplace(argv, *options_.processes, runner_->port());
  own_live_stats_.watch(results_.statistics().shelf());
  if (!options_.csv_prefix.empty()) csv_.emplace(options_.csv_prefix, options_.has_full_history);
  if (LiveView::is_wanted(options_)) live_view_.emplace(control_, options_);
  if (!options_.is_headless) page_ = std::make_unique<Page>(control_, shown_, options_);
}

NativeRun::~NativeRun() = default;

web::LiveStats& NativeRun::live_stats() { return page_ ? page_->statistics() : own_live_stats_; }

bool NativeRun::prints_tables() const {
  return (options_.prints_stats || options_.is_headless) && !options_.only_summary && !live_view_;
}

int NativeRun::main() {
  began_at_ = next_second_at_ = next_table_at_ = next_history_at_ = base::now();
  if (page_) page_->listen();
  starts_itself_ = options_.is_headless || options_.autostarts;
  while (!(is_quitting_ && runner_->has_quit())) {
    turn();
    if (is_quitting_ && runner_->has_quit()) break;
    wait();
  }
  return finish();
}

// A master waits for as many workers as were asked for, within the time for that.
bool NativeRun::has_its_workers(base::Instant now) {
  if (!runner_->is_distributed() || runner_->is_resumed()) return true;
  const std::int64_t ready = runner_->ready_count();
  if (ready >= options_.expect_workers) return true;
  if (options_.expect_workers_max_wait_s > 0 &&
      now - began_at_ > std::chrono::seconds(options_.expect_workers_max_wait_s)) {
    log(Level::Error, kMain, "Gave up waiting for workers to connect");
    return give_up_waiting(1, now);
  }
  if (const auto code = workers_ ? workers_->failed() : std::nullopt) {
    log(Level::Error, kMain, "A worker process has ended with code {} before the test began.", *code);
    return give_up_waiting(*code > 0 ? *code : 1, now);
  }
  if (now < next_waiting_line_at_) return false;
  next_waiting_line_at_ = now + 1s;
  log(now - began_at_ < 5s ? Level::Debug : Level::Info, kMain, "Waiting for workers to be ready, {} of {} connected",
      ready, options_.expect_workers);
  return false;
}

bool NativeRun::give_up_waiting(int exit_code, base::Instant now) {
  exit_code_ = exit_code;
  begin_quit(now);
  return false;
}

// Without workers a test ends, and without anybody at a page the master, too.
void NativeRun::obey_swarm(base::Instant now) {
  const Runner::StopWish wish = runner_->take_stop_wish();
  if (wish == Runner::StopWish::Stop) control_.stop(now);
  if (wish == Runner::StopWish::Quit) begin_quit(now);
}

void NativeRun::start_by_command_line(base::Instant now) {
  starts_itself_ = false;
  if (options_.is_headless && options_.autostarts)
    log(Level::Info, kMain, "The --autostart argument is implied by --headless, no need to set both.");
  if (cast_.find_shape()) return control_.start_shape(now);
  if (options_.run_time_s > 0)
    log(Level::Info, kMain, "Run time limit set to {} seconds", options_.run_time_s);
  else
    log(Level::Info, kMain, "No run time limit set, use CTRL+C to interrupt");
  if (!options_.users) options_.users = 1;
  if (!options_.spawn_rate) options_.spawn_rate = 1;
  control_.limit_run_time(options_.run_time_s, now, false);
  if (runner_->is_resumed()) return log(Level::Info, kMain, "Going on with the run in {}", options_.resume_file);
  control_.start({*options_.users, *options_.spawn_rate}, now);
}

void NativeRun::wait() {
  base::Instant until = next_second_at_;
  if (prints_tables()) until = std::min(until, next_table_at_);
  if (live_view_) until = std::min(until, live_view_->next_at());
  for (const auto& at : {control_.next_at(), autoquit_at_})
    if (at) until = std::min(until, *at);
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(until - base::now()).count();
  pollfd fds[3] = {{runner_->descriptor(), POLLIN, 0},
                   {signals_.descriptor(), POLLIN, 0},
                   {page_ ? page_->descriptor() : -1, POLLIN, 0}};
  if (poll(fds, 3, static_cast<int>(std::clamp<std::int64_t>(ms, 0, 60'000))) < 0 && errno != EINTR)
    throw std::system_error(errno, std::generic_category(), "poll");
  if (fds[1].revents) signals_.take();
}

void NativeRun::turn() {
  base::Instant now = base::now();
  if (signals_.is_end_wanted()) begin_quit(now);
  if (starts_itself_ && !is_quitting_ && has_its_workers(now)) start_by_command_line(now);
  if (const char* reason = control_.turn(now)) end_of_test(reason, now);
  obey_swarm(now);
  if (page_) page_->turn(now);
  now = base::now();
  if (now >= next_second_at_) note_second(now);
  if (prints_tables() && now >= next_table_at_) {
    print_table(results_.statistics());
    next_table_at_ = now + 2s;
  }
  if (live_view_) live_view_->turn(live_stats(), now);
  if (waits_for_autoquit_ && runner_->is_idle()) {
    waits_for_autoquit_ = false;
    autoquit_at_ = now + std::chrono::seconds(options_.autoquit_s);
  }
  if (autoquit_at_ && now >= *autoquit_at_) {
    autoquit_at_.reset();
    log(Level::Info, kMain, "--autoquit time reached, shutting down");
    begin_quit(now);
  }
}

void NativeRun::note_second(base::Instant now) {
  next_second_at_ += 1s;
  if (next_second_at_ < now) next_second_at_ = now + 1s;
  const double wall = base::wall_seconds();
  results_.statistics().tick(wall);
  if (csv_) csv_->write(results_, runner_->user_count(), wall);
  if (usage_.measure(now) && usage_.cpu_percent() > Usage::kTooHigh * static_cast<double>(options_.threads) &&
      !runner_->is_distributed() && !std::exchange(has_warned_usage_, true))
    log(Level::Warning, "root",
        "CPU usage above 90%! This may constrain your throughput and may even give inconsistent response time "
        "measurements! Give more --threads, or use more machines.");
  if (page_) return;  // its site does the rest
  own_live_stats_.tick(wall, 10, kChartPercentiles);
  if (now < next_history_at_ || runner_->is_idle()) return;
  next_history_at_ = now + 5s;
  own_live_stats_.add_to_history(own_live_stats_.point(kChartPercentiles, wall, runner_->user_count()));
}

void NativeRun::end_of_test(const char* reason, base::Instant now) {
  if (options_.is_headless) {
    if (!is_quitting_) log(Level::Info, kMain, "{}, shutting down", reason);
    return begin_quit(now);
  }
  log(Level::Info, kMain, "{}, stopping test", reason);
  control_.stop(now);
  if (options_.autoquit_s >= 0)
    waits_for_autoquit_ = true;
  else if (options_.autostarts)
    log(Level::Info, kMain, "--autoquit not specified, leaving web ui running indefinitely");
}

void NativeRun::begin_quit(base::Instant now) {
  if (std::exchange(is_quitting_, true)) return;
  control_.quit(now);
}

int NativeRun::decide_exit_code() {
  const auto counts = results_.statistics().total().read();
  Quitting quitting{
      counts.num_requests,
      counts.num_failures,
      counts.num_requests ? static_cast<double>(counts.num_failures) / static_cast<double>(counts.num_requests) : 0,
      counts.timed_requests() ? counts.total_ms.value / static_cast<double>(counts.timed_requests()) : 0,
      stats::percentile(counts.buckets, counts.timed_requests(), 0.95),
      exit_code_.value_or(results_.has_failed()  ? static_cast<int>(options_.exit_code_on_error)
                          : results_.has_fault() ? kFaultExitCode
                                                 : 0)};
  const bool had_fault = results_.has_fault();
  fire(results_, "quitting", cast_.events().quitting, quitting);
  if (quitting.exit_code == 0 && !had_fault && results_.has_fault()) return kFaultExitCode;
  return quitting.exit_code;
}

int NativeRun::finish() {
  runner_->collect_all();
  live_view_.reset();
  const int code = decide_exit_code();
  log(Level::Info, kMain, "Shutting down (exit code {})", code);
  bool is_all_written = try_to_write([&] { print_summary(results_.statistics(), options_); });
  for (const std::string& line : runner_->closing_lines()) write_table_line(line);
  if (!options_.html_file.empty()) write_html(shown_, live_stats());
  if (csv_) {
    csv_->write(results_, runner_->user_count(), base::wall_seconds());
    is_all_written &= !csv_->has_failed();
  }
  if (page_) page_->close();
  const int whole = is_all_written || code != 0 ? code : 1;
  return workers_ ? workers_->finish(whole) : whole;
}

}  // namespace acrida::program
