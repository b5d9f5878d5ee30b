#include "program/master_runner.h"

#include <fmt/core.h>

#include <cmath>
#include <cstring>
#include <utility>
#include <variant>

#include "app/control_thread.h"
#include "app/make_node.h"
#include "native/messages.h"
#include "program/listeners.h"
#include "program/log.h"
#include "program/message_desk.h"
#include "program/swarm_log.h"

namespace acrida::program {

namespace {

constexpr const char* kNoLocustfile =
    "the master is a program of its own and has no locustfile to give: start the worker with a locustfile, or the same "
    "program with --worker";
// When the page calls a worker busy, and when stuck.
constexpr double kBusySeconds = 3, kStuckSeconds = 30;

std::shared_ptr<app::MasterNode> make_master(const Options& options) {
  cluster::MasterSettings settings;
  settings.is_headless = options.is_headless;
  settings.enables_rebalancing = options.enables_rebalancing;
  settings.join_secret = options.join_secret;
  const auto port = static_cast<int>(options.master_bind_port);
  try {
    return app::make_master_node(app::control_thread().loop(), options.master_bind_host, port, options.resume_file,
                                 std::move(settings));
  } catch (const app::LinkError& error) {
    if (!error.is_address_in_use) throw;
    const std::string& host = options.master_bind_host;
    throw app::LinkError(
        fmt::format("The Locust master port ({}) was busy. Close any applications using that port - perhaps an old "
                    "instance of Locust master is still running? (Socket bind failure: {})",
                    host == "*" ? std::to_string(port) : fmt::format("{}:{}", host, port), std::strerror(EADDRINUSE)),
        true);
  }
}

std::string packed(const Json& value) {
  const std::vector<std::uint8_t> bytes = Json::to_msgpack(value);
  return {bytes.begin(), bytes.end()};
}

// What workers take over of our options, and what their listeners may look at.
std::string parsed_options(const Options& options, const Cast& cast) {
  const auto list = [](const std::vector<std::string>& tags) { return tags.empty() ? Json() : Json(tags); };
  return packed({{"host", cast.host().empty() ? Json() : Json(cast.host())},
                 {"num_users", options.users ? Json(*options.users) : Json()},
                 {"spawn_rate", options.spawn_rate ? Json(*options.spawn_rate) : Json()},
                 {"run_time", options.run_time_s > 0 ? Json(options.run_time_s) : Json()},
                 {"stop_timeout", options.stop_timeout_s},
                 {"expect_workers", options.expect_workers},
                 {"profile", options.profile.empty() ? Json() : Json(options.profile)},
                 {"tags", list(options.tags)},
                 {"exclude_tags", list(options.exclude_tags)}});
}

}  // namespace

// command(machine) on the control thread.
template <class Command>
void MasterRunner::tell(Command command) {
  node_->post([command = std::move(command)](cluster::Master& master) mutable { return command(master); });
}

MasterRunner::MasterRunner(Cast& cast, Results& results, const Options& options)
    : cast_(cast), results_(results), options_(options), node_(make_master(options)) {
  state_ = node_->read([](const cluster::Master& master) { return master.state(); });
  // Whoever asks for a locustfile (-f -) is told that there is none.
  tell([](cluster::Master& master) {
    master.set_locustfiles(packed(Json::object({{"error", kNoLocustfile}})));
    master.set_shipment({{}, {}, kNoLocustfile});
    return cluster::MasterActions{};
  });
  native::set_message_route(
      {Role::Master, [node = node_](std::string type, const std::string& json, std::string to) {
         node->post([type = std::move(type), data = to_msgpack(json), to = std::move(to)](cluster::Master& master) {
           return master.send_custom(type, data, to.empty() ? std::nullopt : std::optional(to));
         });
       }});
  is_resumed_ = !options.resume_file.empty() && (state_ == RunState::Spawning || state_ == RunState::Running);
}

MasterRunner::~MasterRunner() {
  native::set_message_route({});
  node_->close();
}

void MasterRunner::turn(base::Instant) {
  for (cluster::MasterAction& event : node_->events().take()) std::visit([this](auto& each) { on(each); }, event);
}

// ---- start and stop

bool MasterRunner::start(const Plan& plan, base::Instant) {
  if (state_ == RunState::Stopping || is_quitting_) return false;
  const auto kind = node_->read([](const cluster::Master& master) { return master.start_kind(); });
  if (kind == cluster::Master::StartKind::NewTest) begin_test();
  if (kind != cluster::Master::StartKind::NoWorkers) state_ = RunState::Spawning;
  cluster::StartOrder order;
  order.users = plan.users;
  order.spawn_rate = plan.spawn_rate;
  order.classes = plan.classes;
  order.user_classes = cast_.load_classes();
  if (!cast_.host().empty()) order.host = cast_.host();
  if (options_.stop_timeout_s > 0) order.stop_timeout = static_cast<double>(options_.stop_timeout_s);
  order.parsed_options = parsed_options(options_, cast_);
  tell([order = std::move(order)](cluster::Master& master) mutable {
    return master.start(std::move(order), app::this_moment());
  });
  return true;
}

void MasterRunner::begin_test() {
  results_.begin_test();
  is_cleared_ = true;
  tell([](cluster::Master& master) { return master.begin_test(app::this_moment()); });
  fire(results_, "test_start", cast_.events().test_start);
}

void MasterRunner::stop(base::Instant) {
  if (is_idle() || state_ == RunState::Stopping) return;
  final_ = users_by_class();
  must_say_stopped_ = true;
  tell([](cluster::Master& master) { return master.stop(app::this_moment()); });
}

// Everybody goes home, and hands in what they have.
void MasterRunner::quit(base::Instant) {
  if (std::exchange(is_quitting_, true)) return;
  if (!is_idle() && !must_say_stopped_) {
    final_ = users_by_class();
    must_say_stopped_ = true;
  }
  tell([](cluster::Master& master) { return master.quit(app::this_moment()); });
}

void MasterRunner::say_stopped() {
  if (!std::exchange(must_say_stopped_, false)) return;
  fire(results_, "test_stop", cast_.events().test_stop);
}

void MasterRunner::reset_statistics() {
  results_.reset_elsewhere();
  tell([](cluster::Master& master) { return master.reset_statistics(app::this_moment()); });
}

void MasterRunner::class_edited(const load::UserClass& edited, const Json& settings) {
  tell([edited, data = packed(settings)](cluster::Master& master) { return master.update_user_class(edited, data); });
}

// ---- what the node says

void MasterRunner::on(const cluster::Log& event) { write(event); }

void MasterRunner::on(const cluster::CustomMessage& event) {
  deliver(cast_, event.type, event.data, event.node_id,
          fmt::format("Unknown message type received from worker {} (index {}): {}", event.node_id, event.index,
                      event.type));
}

void MasterRunner::on(const cluster::ExceptionReceived& event) {
  results_.add_exception(event.exception.message, event.exception.traceback, event.exception.count, event.node_id);
}

void MasterRunner::on(const cluster::StatisticsReplaced& event) {
  if (!std::exchange(is_cleared_, false)) results_.begin_test();
  results_.statistics().current_epoch().put_total(event.total);
}

void MasterRunner::on(const cluster::EntryAppeared& event) { results_.statistics().current_epoch().put(event.entry); }

void MasterRunner::on(const cluster::ErrorAppeared& event) { results_.statistics().errors().put(event.record); }

void MasterRunner::on(const cluster::SpawningCompleted& event) {
  fire(results_, "spawning_complete", cast_.events().spawning_complete, event.user_count);
}

void MasterRunner::on(const cluster::RunStopped&) { say_stopped(); }

void MasterRunner::on(const cluster::QuitFinished& event) {
  for (const std::string& worker : event.silent)
    log(Level::Warning, kRunners, "Worker {} did not say goodbye: its last results may be missing.", worker);
  state_ = RunState::Stopped;
  say_stopped();
  has_quit_ = true;
}

// ---- views

std::int64_t MasterRunner::user_count() const {
  return node_->read([](const cluster::Master& master) { return master.user_count(); });
}

std::int64_t MasterRunner::target_user_count() const {
  return node_->read([](const cluster::Master& master) { return master.target_user_count(); });
}

ClassCounts MasterRunner::users_by_class() const {
  return node_->read([](const cluster::Master& master) { return master.user_classes_count(); });
}

std::int64_t MasterRunner::worker_count() const {
  return node_->read([](const cluster::Master& master) { return master.worker_count(); });
}

std::int64_t MasterRunner::ready_count() const {
  return node_->read([](const cluster::Master& master) { return master.ready_count(); });
}

Json MasterRunner::workers() const {
  const auto nodes = node_->read([](const cluster::Master& master) {
    std::vector<cluster::WorkerNode> copies;
    for (const auto& [id, worker] : master.roster().nodes()) copies.push_back(worker);
    return copies;
  });
  Json list = Json::array();
  for (const cluster::WorkerNode& worker : nodes) {
    Json row = {{"id", worker.id},
                {"state", worker.state},
                {"user_count", worker.user_count()},
                {"cpu_usage", worker.cpu_percent},
                {"memory_usage", worker.memory_bytes},
                {"index", worker.index}};
    if (!worker.shown_version().empty()) row["version"] = worker.shown_version();
    if (!worker.address.empty()) row["address"] = worker.address;
    if (worker.extended) {
      const double lag = worker.extended->hub_lag_seconds;
      row["lag_ms"] = std::lround(lag * 1000);
      row["is_busy"] = lag > kBusySeconds;
      row["is_stuck"] = lag > kStuckSeconds;
    }
    list.push_back(std::move(row));
  }
  return list;
}

std::vector<std::string> MasterRunner::closing_lines() const {
  const auto gaps = node_->read([](const cluster::Master& master) { return master.ledger().gaps(); });
  std::vector<std::string> lines;
  for (const auto& [life, gap] : gaps)
    lines.push_back(fmt::format(
        "Worker {} {}: {} requests that it counted are missing from these results, and what it did in its last {:.1f} "
        "s (at {} requests per second before).",
        gap.worker_id, gap.why, gap.known_missing, gap.unknown_seconds, gap.requests_per_second));
  return lines;
}

}  // namespace acrida::program
