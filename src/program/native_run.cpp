#include "program/native_run.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <system_error>

#include "program/log.h"

namespace acrida::program {

using namespace std::chrono_literals;
using engine::Notice;
using engine::RunState;

namespace {

constexpr const char* kMain = "locust.main";
constexpr const char* kRunners = "locust.runners";

reactor::Descriptor open_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return reactor::Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::vector<load::UserClass> load_classes(const std::vector<const detail::UserDefinition*>& classes) {
  std::vector<load::UserClass> result;
  for (const auto* each : classes) result.push_back({each->name, each->weight, each->fixed_count});
  return result;
}

}  // namespace

NativeRun::NativeRun(Scenario& scenario, const std::vector<const detail::UserDefinition*>& classes,
                     const Options& options)
    : scenario_(scenario),
      options_(options),
      bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      signals_(open_signals()),
      crowd_(classes, scenario.events(),
             {.threads = options.threads,
              .host = options.host,
              .seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()),
              .ring = [](void* bell) { eventfd_write(static_cast<reactor::Descriptor*>(bell)->get(), 1); },
              .ring_argument = &bell_}),
      run_(crowd_, load_classes(classes), std::chrono::seconds(options.stop_timeout_s)) {
  if (!options.csv_prefix.empty()) csv_.emplace(options.csv_prefix, options.has_full_history);
}

int NativeRun::main() {
  start();
  while (run_.state() != RunState::Stopped) {
    wait();
    turn();
  }
  return finish();
}

void NativeRun::start() {
  started_at_ = next_second_at_ = next_watch_at_ = base::now();
  next_table_at_ = started_at_;
  statistics_.clear_all(base::wall_seconds());
  if (scenario_.find_shape()) {
    log(Level::Info, kRunners, "Shape test starting.");
    follow_shape(started_at_);
  } else {
    if (options_.run_time_s > 0)
      log(Level::Info, kMain, "Run time limit set to {} seconds", options_.run_time_s);
    else
      log(Level::Info, kMain, "No run time limit set, use CTRL+C to interrupt");
    const std::int64_t users = options_.users.value_or(1);
    const double rate = options_.spawn_rate.value_or(1);
    log(Level::Info, kRunners, "Ramping to {} users at a rate of {:.2f} per second", users, rate);
    run_.start({.users = users, .spawn_rate = {rate}, .classes = {}}, base::now());
  }
  handle_notices();
}

void NativeRun::wait() {
  base::Instant until = std::min(next_second_at_, next_watch_at_);
  if (const auto at = run_.next_at()) until = std::min(until, *at);
  if (!options_.only_summary) until = std::min(until, next_table_at_);
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(until - base::now()).count();
  pollfd fds[2] = {{bell_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}};
  if (poll(fds, 2, static_cast<int>(std::clamp<std::int64_t>(ms, 0, 60'000))) < 0 && errno != EINTR)
    throw std::system_error(errno, std::generic_category(), "poll");
  if (fds[1].revents) on_signal();
  eventfd_t rings = 0;
  eventfd_read(bell_.get(), &rings);
}

void NativeRun::on_signal() {
  signalfd_siginfo info{};
  if (read(signals_.get(), &info, sizeof info) != sizeof info) return;
  if (info.ssi_signo == SIGTERM) log(Level::Info, kMain, "Got SIGTERM signal");
  if (++interruptions_ > 1) {
    log(Level::Warning, kMain, "Interrupted again: ending at once, without waiting for users");
    std::fflush(nullptr);
    _exit(130);
  }
  run_.stop(base::now());
}

void NativeRun::turn() {
  take(crowd_.collect(statistics_));
  const base::Instant now = base::now();
  run_.on_time(now);
  handle_notices();
  if (now >= next_watch_at_) {
    next_watch_at_ = now + 250ms;
    for (const std::string& sentence : crowd_.look_for_blockers()) log(Level::Warning, kRunners, "{}", sentence);
  }
  if (now >= next_second_at_) note_seconds(now);
  if (!options_.only_summary && now >= next_table_at_) {
    print_table(statistics_);
    next_table_at_ = now + 2s;
  }
  const bool has_limit = options_.run_time_s > 0 && !scenario_.find_shape();
  if (has_limit && now - started_at_ >= std::chrono::seconds(options_.run_time_s)) end("--run-time limit reached");
  handle_notices();
}

void NativeRun::note_seconds(base::Instant now) {
  next_second_at_ += 1s;
  if (next_second_at_ < now) next_second_at_ = now;
  const double wall = base::wall_seconds();
  statistics_.tick(wall);
  if (csv_) csv_->write(statistics_, errors_, user_count(), wall);
  if (scenario_.find_shape() && run_.state() != RunState::Cleanup) follow_shape(now);
}

void NativeRun::follow_shape(base::Instant now) {
  LoadTestShape& shape = *scenario_.find_shape();
  shape.tell(base::to_seconds(now - started_at_), user_count());
  const std::optional<Tick> tick = shape.tick();
  if (!tick) return end("Shape test completed");
  const bool is_same = last_tick_ && last_tick_->users == tick->users && last_tick_->spawn_rate == tick->spawn_rate &&
                       last_tick_->classes == tick->classes;
  if (is_same) return;
  last_tick_ = tick;
  log(Level::Info, kRunners, "Shape test updating to {} users at {:.2f} spawn rate", tick->users, tick->spawn_rate);
  engine::Plan plan{.users = tick->users, .spawn_rate = {tick->spawn_rate}, .classes = {}};
  if (!tick->classes.empty()) plan.classes = tick->classes;
  if (!run_.start(plan, now)) log(Level::Error, kRunners, "The shape asks for a user class that does not exist");
}

void NativeRun::end(const char* reason) {
  if (run_.state() == RunState::Cleanup || run_.state() == RunState::Stopped) return;
  log(Level::Info, kMain, "{}, shutting down", reason);
  run_.stop(base::now());
}

void NativeRun::take(const native::Report& report) {
  for (const native::LogLine& line : report.log)
    write_log(line.is_error ? Level::Error : Level::Info, "acrida.scenario", line.text);
  for (const auto& [key, error] : report.errors) {
    native::ScenarioError& sum = errors_[key];
    const std::string repeated = error.count > 1 ? fmt::format(" ({} times)", error.count) : "";
    log(Level::Error, "locust.user.task", "{}{}\n{}", error.message, repeated, error.place);
    sum.message = error.message;
    sum.place = error.place;
    sum.count += error.count;
  }
}

void NativeRun::handle_notices() {
  for (const Notice& notice : run_.take_notices()) {
    switch (notice.what) {
      case Notice::What::TestStart:
        for (const auto& listener : scenario_.events().test_start) listener();
        break;
      case Notice::What::SpawningComplete: {
        nlohmann::json counts = nlohmann::json::object();
        for (std::size_t i = 0; i < crowd_.classes().size(); ++i) counts[crowd_.classes()[i]->name] = crowd_.staying(i);
        std::string text = counts.dump();
        for (std::size_t at = 0; (at = text.find_first_of(":,", at)) != text.npos; at += 2) text.insert(at + 1, " ");
        log(Level::Info, kRunners, "All users spawned: {} ({} total users)", text, notice.users);
        if (options_.resets_stats) {
          log(Level::Info, kRunners, "Resetting stats\n");
          take(crowd_.collect_all(statistics_));
          statistics_.reset_all(base::wall_seconds());
        }
        for (const auto& listener : scenario_.events().spawning_complete) listener(notice.users);
        break;
      }
      case Notice::What::TestStopping:
        break;
      case Notice::What::KillingTheRest:
        log(Level::Info, kRunners, "Not all users finished their tasks & terminated in {} seconds. Stopping them...",
            options_.stop_timeout_s);
        break;
      case Notice::What::TestStop:
        for (const auto& listener : scenario_.events().test_stop) listener();
        break;
    }
  }
}

int NativeRun::finish() {
  take(crowd_.collect_all(statistics_));
  const auto counts = statistics_.total().read();
  const bool has_failed = !statistics_.errors().records().empty() || !errors_.empty();
  Quitting quitting{
      counts.num_requests,
      counts.num_failures,
      counts.num_requests ? static_cast<double>(counts.num_failures) / static_cast<double>(counts.num_requests) : 0,
      counts.timed_requests() ? counts.total_ms.value / static_cast<double>(counts.timed_requests()) : 0,
      stats::percentile(counts.buckets, counts.timed_requests(), 0.95),
      has_failed ? options_.exit_code_on_error : 0};
  for (const auto& listener : scenario_.events().quitting) listener(quitting);
  log(Level::Info, kMain, "Shutting down (exit code {})", quitting.exit_code);
  print_summary(statistics_, options_);
  const http::ServiceCounters wire = crowd_.counters();
  if (wire.sent > 0)
    fmt::print(stderr, "Sent {} requests over {} connections ({} redirects followed, {} re-sent, {} aborted)\n",
               wire.sent, wire.connects, wire.redirects, wire.resent, wire.aborted);
  if (csv_) csv_->write(statistics_, errors_, user_count(), base::wall_seconds());
  return quitting.exit_code;
}

}  // namespace acrida::program
