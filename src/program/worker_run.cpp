#include "program/worker_run.h"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "app/control_thread.h"
#include "app/greeting.h"
#include "app/make_node.h"
#include "native/messages.h"
#include "program/crowd_settings.h"
#include "program/listeners.h"
#include "program/log.h"
#include "program/message_desk.h"
#include "program/swarm_log.h"

namespace acrida::program {

using namespace std::chrono_literals;

namespace {

std::string new_client_id() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return fmt::format("{}_{}", name, app::new_incarnation());
}

std::shared_ptr<app::WorkerNode> make_worker(const Options& options) {
  cluster::WorkerSettings settings;
  settings.client_id = new_client_id();
  settings.join_secret = options.join_secret;
  settings.software = "acrida " ACRIDA_VERSION;
  return app::make_worker_node(app::control_thread().loop(), options.master_host, static_cast<int>(options.master_port),
                               std::move(settings));
}

}  // namespace

WorkerRun::WorkerRun(Cast& cast, const Options& options, Signals& signals)
    : cast_(cast), options_(options), signals_(signals), bell_(open_bell()), node_(make_worker(options)) {
  set_log_listener([node = node_](const std::string& line) {
    node->post([line](cluster::Worker& worker) {
      worker.add_log_line(line);
      return cluster::WorkerActions{};
    });
  });
  native::set_message_route(
      {Role::Worker, [node = node_](std::string type, const std::string& json, const std::string&) {
         node->post([type = std::move(type), data = to_msgpack(json)](cluster::Worker& worker) {
           return worker.send_custom(type, data);
         });
       }});
}

WorkerRun::~WorkerRun() {
  native::set_message_route({});
  set_log_listener(nullptr);
  node_->close();
}

// command(machine) on the control thread.
template <class Command>
void WorkerRun::tell(Command command) {
  node_->post([command = std::move(command)](cluster::Worker& worker) mutable {
    if constexpr (std::is_void_v<decltype(command(worker))>) {
      command(worker);
      return cluster::WorkerActions{};
    } else {
      return command(worker);
    }
  });
}

int WorkerRun::main() {
  next_tell_at_ = next_watch_at_ = base::now();
  node_->start([](cluster::Worker& worker) { return worker.begin(app::this_moment()); });
  while (!has_ended_) {
    turn();
    if (!has_ended_) wait();
  }
  if (crowd_) end_test();
  const int code = exit_code_.value_or(results_.has_fault() ? kFaultExitCode : 0);
  log(Level::Info, kMain, "Shutting down (exit code {})", code);
  return code;
}

void WorkerRun::wait() {
  base::Instant until = next_tell_at_;
  if (const auto at = crew_ ? crew_->next_at() : std::nullopt) until = std::min(until, *at);
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(until - base::now()).count();
  pollfd fds[3] = {
      {node_->events().descriptor(), POLLIN, 0}, {signals_.descriptor(), POLLIN, 0}, {bell_.get(), POLLIN, 0}};
  poll(fds, 3, static_cast<int>(std::clamp<std::int64_t>(ms, 0, 60'000)));
  if (fds[1].revents) signals_.take();
}

void WorkerRun::turn() {
  silence(bell_);
  const base::Instant now = base::now();
  if (signals_.is_end_wanted() && !std::exchange(is_quitting_, true)) {
    if (!is_connected_) has_ended_ = true;
    tell([](cluster::Worker& worker) { return worker.quit(app::this_moment()); });
  }
  collect(false);
  for (cluster::WorkerAction& event : node_->events().take()) std::visit([this](auto& each) { on(each); }, event);
  if (crew_ && crew_->on_time(now))
    log(Level::Info, kRunners, "Not all users finished their tasks & terminated in time. Stopping them...");
  settle();
  if (now >= next_tell_at_) tell_progress(now);
}

// Twice a second: we are alive, and what heartbeats say.
void WorkerRun::tell_progress(base::Instant now) {
  next_tell_at_ = now + 500ms;
  node_->owner_is_alive();
  tell([users = counts(),
        counted = reported_requests_ + results_.statistics().total().num_requests()](cluster::Worker& worker) {
    worker.set_users(users);
    worker.set_counted(counted);
  });
  if (usage_.measure(now))
    tell([cpu = usage_.cpu_percent(), memory = usage_.memory_bytes()](cluster::Worker& worker) {
      worker.set_usage(cpu, memory);
    });
  if (!crowd_) return;
  for (const std::string& sentence : crowd_->look_for_blockers()) log(Level::Warning, kRunners, "{}", sentence);
}

void WorkerRun::collect(bool all) {
  if (!crowd_) return;
  const native::Report report =
      all ? crowd_->collect_all(results_.statistics()) : crowd_->collect(results_.statistics());
  results_.take(report);
  for (const auto& [key, error] : report.errors)
    tell([exception = cluster::TaskException{error.message, error.place, error.count}](cluster::Worker& worker) {
      return worker.send_exception(exception);
    });
}

// Answers the orders that wait for users to leave.
void WorkerRun::settle() {
  if (crew_ && !crew_->is_settled()) return;
  if (stop_) {
    if (crowd_) end_test();
    tell([number = *std::exchange(stop_, std::nullopt)](cluster::Worker& worker) {
      worker.set_users({});
      return worker.users_stopped(number, app::this_moment());
    });
  }
  if (batch_)
    tell([number = *std::exchange(batch_, std::nullopt), users = counts()](cluster::Worker& worker) {
      worker.set_users(users);
      return worker.batch_applied(number, users, app::this_moment());
    });
}

void WorkerRun::end_test() {
  collect(true);
  fire(results_, "test_stop", cast_.events().test_stop);
  crew_.reset();
  crowd_.reset();
}

cluster::ClassCounts WorkerRun::counts() const {
  cluster::ClassCounts counts;
  for (std::size_t i = 0; crowd_ && i < crowd_->classes().size(); ++i)
    counts.emplace_back(crowd_->classes()[i]->name, crowd_->staying(i) + crowd_->leaving(i));
  return counts;
}

// ---- what the node says

void WorkerRun::on(const cluster::Log& event) { write(event); }

void WorkerRun::on(const cluster::CustomMessage& event) {
  deliver(cast_, event.type, event.data, event.node_id, fmt::format("Unknown message type received: {}", event.type));
}

void WorkerRun::on(const cluster::GiveUp& event) {
  if (is_connected_)
    log(Level::Error, kRunners, "The connection to the master is over: ending with exit code {}.", event.exit_code);
  else
    log(Level::Error, kMain, "Failed to connect to the Locust master: nobody answers at {}:{}", options_.master_host,
        options_.master_port);
  exit_code_ = event.exit_code;
  has_ended_ = true;
}

// Not connected yet, so that there are no users who could be held up.
void WorkerRun::on(const cluster::LookAtMaster&) {
  if (!app::encrypts(options_.master_host, static_cast<std::uint16_t>(options_.master_port))) return;
  tell([](cluster::Worker& worker) { return worker.on_master_encrypts(app::this_moment()); });
}

void WorkerRun::on(cluster::ApplyUsers& event) {
  if (event.is_new_test) begin_test(event.order);
  if (!crowd_) return log(Level::Error, kRunners, "An order came for a test that never began");
  if (!event.is_new_test) crowd_->set_host(event.order.host.value_or(""));
  crew_->set_stop_timeout(base::from_seconds(event.order.stop_timeout.value_or(0)));
  crew_->apply(wanted_of(event.order.counts), base::now());
  batch_ = event.number;
}

void WorkerRun::begin_test(const cluster::SpawnOrder& order) {
  if (crowd_) end_test();
  if (!std::exchange(has_filtered_, true)) cast_.filter_as_told(Json::from_msgpack(order.parsed_options, true, false));
  cast_.set_host(order.host.value_or(""));
  results_.begin_test();
  run_ = order.run;
  reported_requests_ = 0;
  crowd_.emplace(cast_.chosen(), cast_.events(), crowd_settings(options_.threads, cast_.host(), bell_));
  crew_.emplace(*crowd_, crowd_->classes().size(), base::Duration(0));
  fire(results_, "test_start", cast_.events().test_start);
}

std::vector<std::int64_t> WorkerRun::wanted_of(const cluster::ClassCounts& counts) const {
  std::vector<std::int64_t> wanted(crowd_->classes().size());
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = crowd_->staying(i);
  for (const auto& [name, count] : counts) {
    const auto& classes = crowd_->classes();
    const auto found =
        std::find_if(classes.begin(), classes.end(), [&named = name](const auto* each) { return each->name == named; });
    if (found != classes.end())
      wanted[static_cast<std::size_t>(found - classes.begin())] = count;
    else if (count > 0)
      log(Level::Error, kRunners, "The master asks for users of a class that is not here: {}", name);
  }
  return wanted;
}

void WorkerRun::on(const cluster::StopUsers& event) {
  batch_.reset();
  stop_ = event.number;
  if (crew_) crew_->dismiss(base::now());
}

void WorkerRun::on(const cluster::QuitWanted& event) {
  if (!event.reason.empty()) log(Level::Info, kRunners, "{}", event.reason);
  batch_.reset();
  stop_ = event.number;
  if (crew_) crew_->dismiss(base::now());
}

void WorkerRun::on(const cluster::SwarmComplete& event) {
  if (options_.resets_stats) {
    log(Level::Info, kRunners, "Resetting stats\n");
    collect(true);
    results_.reset();
  }
  fire(results_, "spawning_complete", cast_.events().spawning_complete, event.user_count);
}

void WorkerRun::on(const cluster::UpdateUserClass& event) {
  const Json settings = Json::from_msgpack(event.data, true, false);
  try {
    if (!settings.is_object()) throw std::invalid_argument("it is no map");
    const load::UserClass edited = cast_.edit(settings);
    if (crowd_) crowd_->class_edited(edited.name, settings.contains("host"));
  } catch (const std::invalid_argument& problem) {
    log(Level::Error, kRunners, "The master edits a user class in a way that is not possible here: {}", problem.what());
  }
}

void WorkerRun::on(const cluster::TakeReport& event) {
  reported_requests_ += results_.statistics().total().num_requests();
  cluster::Taken taken = cluster::take_out(results_.statistics(), base::wall_seconds());
  taken.user_classes = counts();
  taken.run = run_;
  tell([number = event.number, taken = std::move(taken)](cluster::Worker& worker) {
    return worker.on_report(number, taken, app::this_moment());
  });
}

}  // namespace acrida::program
