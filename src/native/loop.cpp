#include "native/loop.h"

#include <fmt/core.h>

#include <utility>

#include "base/prefetch.h"
#include "native/exchange.h"

namespace acrida::native {

using detail::UserState;

namespace {
thread_local Loop* t_loop = nullptr;
constexpr base::Duration kPublishEvery = std::chrono::milliseconds(100);
constexpr std::int64_t kSpawnsPerTurn = 256;
}  // namespace

struct Loop::Command : reactor::Letter {
  enum class What { Spawn, AskToStop, KillLeaving, Publish, SetHost, SetPicks };
  explicit Command(What w, std::size_t c = 0, std::int64_t n = 0) : what(w), user_class(c), count(n) { content = this; }
  What what;
  std::size_t user_class;
  std::int64_t count;
  std::string host = {};
  std::vector<std::size_t> picks = {};
};

Loop::Loop(LoopSettings settings, Outbox& outbox)
    : settings_(std::move(settings)),
      outbox_(outbox),
      service_(reactor_),
      resolver_(reactor_),
      classes_(settings_.classes->size()),
      publish_timer_([](void* self) { static_cast<Loop*>(self)->must_publish_ = true; }, this),
      statistics_(std::make_unique<stats::RequestStats>(false)) {
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const detail::UserDefinition& definition = *(*settings_.classes)[i];
    classes_[i].host = settings_.host.empty() ? definition.host : settings_.host;
    classes_[i].picks = definition.picks;
  }
  news_.ended_staying.resize(classes_.size());
  news_.ended_leaving.resize(classes_.size());
}

Loop::~Loop() { reactor_.timers().cancel(publish_timer_); }

// ---- from any thread
// --------------------------------------------------------------------------------------------------------

void Loop::post(std::unique_ptr<Command> command) {
  if (commands_.post(command.release())) reactor_.wake();
}
void Loop::spawn(std::size_t user_class, std::int64_t count) {
  post(std::make_unique<Command>(Command::What::Spawn, user_class, count));
}
void Loop::ask_to_stop(std::size_t user_class, std::int64_t count) {
  post(std::make_unique<Command>(Command::What::AskToStop, user_class, count));
}
void Loop::kill_leaving() { post(std::make_unique<Command>(Command::What::KillLeaving)); }
void Loop::publish_soon() { post(std::make_unique<Command>(Command::What::Publish)); }
void Loop::set_host(std::size_t user_class, std::string host) {
  auto command = std::make_unique<Command>(Command::What::SetHost, user_class);
  command->host = std::move(host);
  post(std::move(command));
}
void Loop::set_picks(std::size_t user_class, std::vector<std::size_t> picks) {
  auto command = std::make_unique<Command>(Command::What::SetPicks, user_class);
  command->picks = std::move(picks);
  post(std::move(command));
}

void Loop::run() {
  t_loop = this;
  reactor_.run(*this);
  service_.shut_down();
  collect_replies();
  publish();
  t_loop = nullptr;
}

void Loop::stop() { reactor_.stop(); }
void Loop::abandon() {
  is_abandoned_.store(true);
  stop();
}

Loop& loop_of_caller(const char* call) {
  Loop* const loop = Loop::find_current();
  if (!loop || !loop->fibers().current())
    throw std::logic_error(std::string("acrida::") + call + " was called outside of a user's code");
  return *loop;
}

// ---- the loop's turn
// --------------------------------------------------------------------------------------------------------

Loop& Loop::current() { return *t_loop; }
Loop* Loop::find_current() { return t_loop; }

void Loop::refuse(const char* call) {
  throw std::logic_error(std::string(call) +
                         " is possible in its user's own code only, not in a listener or on a "
                         "thread of the scenario's own");
}

UserState& Loop::user() { return *static_cast<UserState*>(fibers_.current()->owner); }

void Loop::on_wake() {
  service_.on_wake();
  resolver_.collect();
}

void Loop::on_turn() {
  ++turn_;
  if (reactor::Letter* const commands = commands_.collect()) {
    // Who has an answer goes on first, and who is killed ends before anything else happens: else an answer that has
    // come would be thrown away, neither counted nor given up.
    service_.on_turn();
    if (collect_replies()) fibers_.run_ready();
    handle_commands(commands);
    fibers_.run_ready();
  }
  service_.on_turn();
  // What users send fails at once sometimes, and then they go on at once: for some rounds, then the sockets' turn.
  for (int round = 0; round < 16; ++round) {
    spawn_some();
    const bool has_answers = collect_replies(), has_begun = run_due(), has_ready = fibers_.has_ready();
    if (!has_answers && !has_begun && !has_ready) break;
    fibers_.run_ready();
    service_.on_turn();
  }
  publish_if_due();
}

bool Loop::try_sleep() {
  const bool has_work = (!due_.empty() && !is_short_of_stacks_) || pending_spawns_ > 0 || fibers_.has_ready();
  return !has_work && commands_.fall_asleep() && service_.try_sleep();
}

void Loop::handle_commands(reactor::Letter* letter) {
  while (letter) {
    const std::unique_ptr<Command> command(static_cast<Command*>(std::exchange(letter, letter->next)->content));
    switch (command->what) {
      case Command::What::Spawn:
        classes_[command->user_class].to_spawn += command->count;
        pending_spawns_ += command->count;
        break;
      case Command::What::AskToStop:
        do_ask_to_stop(command->user_class, command->count);
        break;
      case Command::What::KillLeaving:
        do_kill_leaving();
        break;
      case Command::What::Publish:
        must_publish_ = true;
        break;
      case Command::What::SetHost:
        classes_[command->user_class].host = std::move(command->host);
        break;
      case Command::What::SetPicks:
        classes_[command->user_class].picks = std::move(command->picks);
        break;
    }
  }
}

namespace {
detail::Exchange& exchange_of(const reactor::Letter& letter) {
  return *static_cast<detail::Exchange*>(static_cast<http::Operation*>(letter.content)->caller_data);
}
}  // namespace

bool Loop::collect_replies() {
  reactor::Letter* letter = replies_.collect();
  if (!letter) return false;
  while (letter) {
    detail::Exchange& exchange = exchange_of(*letter);
    letter = letter->next;
    if (letter) base::prefetch<64>(exchange_of(*letter).fiber);
    exchange.is_in_flight = false;
    if (exchange.fiber)
      fibers_.unpark(*exchange.fiber);
    else
      detail::release(exchange);
  }
  return true;
}

// ---- users
// -------------------------------------------------------------------------------------------------------------------

void Loop::spawn_some() {
  std::int64_t left = kSpawnsPerTurn;
  for (std::size_t i = 0; i < classes_.size() && pending_spawns_ > 0 && left > 0; ++i) {
    for (Class& one = classes_[i]; one.to_spawn > 0 && left > 0; --left) {
      --one.to_spawn;
      --pending_spawns_;
      auto* user = new UserState(*this, *(*settings_.classes)[i], i, settings_.seed + ++spawned_ * 0x9e3779b9);
      user->older = one.youngest;
      (one.youngest ? one.youngest->younger : one.oldest) = user;
      one.youngest = user;
      ++users_;
      make_due(*user);
    }
  }
}

void Loop::make_due(UserState& user) {
  if (!std::exchange(user.is_due, true)) due_.push_back(&user);
}

bool Loop::run_due() {
  bool has_run = false;
  for (std::size_t left = due_.size(); left > 0; --left) {
    UserState& user = *due_.front();
    is_short_of_stacks_ = false;
    due_.pop_front();
    if (user.begun_in_turn == turn_) {  // it has not waited for anything: the sockets come first
      due_.push_back(&user);
      continue;
    }
    user.is_due = false;
    user.begun_in_turn = turn_;
    if (fibers_.start(live, &user, &user)) {
      has_run = true;
      continue;
    }
    user.begun_in_turn = 0;
    user.is_due = true;
    due_.push_front(&user);
    is_short_of_stacks_ = true;
    if (!std::exchange(has_said_stacks_, true))
      log(true, fmt::format("{} users are inside of a task: the system has no memory mappings for more stacks. The "
                            "others wait until one has finished. Raise vm.max_map_count (two per user), or use more "
                            "processes.",
                            fibers_.running()));
    break;
  }
  return has_run;
}

void Loop::do_ask_to_stop(std::size_t user_class, std::int64_t count) {
  Class& one = classes_[user_class];
  // Those who have not begun yet do not begin.
  const std::int64_t unborn = std::min(one.to_spawn, count);
  one.to_spawn -= unborn;
  pending_spawns_ -= unborn;
  count -= unborn;
  for (std::int64_t i = 0; i < unborn; ++i) note_end(user_class, true);
  UserState* user = one.youngest;
  while (user && count > 0) {
    UserState& chosen = *std::exchange(user, user->older);
    if (chosen.is_leaving) continue;
    chosen.is_leaving = true;
    ++leaving_;
    --count;
    if (chosen.life.ask_to_stop())
      end_wait(chosen, engine::Outcome::Killed);
    else if (chosen.is_waiting_inside)
      fibers_.kill(*chosen.fiber);
  }
  // Whoever is missing has ended on its own, and its owner will hear that: here it counts as one who left.
  news_.ended_leaving[user_class] += count;
  news_.ended_staying[user_class] -= count;
  has_news_ = has_news_ || count > 0;
}

void Loop::do_kill_leaving() {
  for (Class& one : classes_)
    for (UserState* user = one.oldest; user; user = user->younger) {
      if (!user->is_leaving || user->life.is_unwinding()) continue;
      if (user->fiber) fibers_.kill(*user->fiber);
    }
}

void Loop::end_wait(UserState& user, engine::Outcome outcome) {
  reactor_.timers().cancel(user.timer);
  user.woken_with = outcome;
  make_due(user);
}

void Loop::remove(UserState& user) {
  Class& one = classes_[user.class_index];
  (user.older ? user.older->younger : one.oldest) = user.younger;
  (user.younger ? user.younger->older : one.youngest) = user.older;
  --users_;
  if (user.is_leaving) --leaving_;
  note_end(user.class_index, user.is_leaving);
  delete &user;
}

void Loop::note_end(std::size_t user_class, bool was_leaving) {
  ++(was_leaving ? news_.ended_leaving : news_.ended_staying)[user_class];
  has_news_ = true;
  if (was_leaving && leaving_ == 0) must_publish_ = true;
}

// ---- what is told
// ------------------------------------------------------------------------------------------------------------

void Loop::sleep(double seconds) {
  fiber::sleep_until(fibers_, reactor_.timers(), base::now() + base::from_seconds(seconds));
}

void Loop::record(std::string_view method, std::string_view name, double ms, std::int64_t bytes, std::string_view error,
                  double ended_at) {
  // Here alone, not in the total: whoever takes it over adds the entries up.
  if (!last_entry_ || last_entry_->name() != name || last_entry_->method() != method)
    last_entry_ = &statistics_->find_or_create(method, name, ended_at);
  last_entry_->log_here(stats::Number{ms, false}, stats::Number{static_cast<double>(bytes), true}, ended_at);
  if (!error.empty()) statistics_->log_error(method, name, error, ended_at);
  has_news_ = true;
  for (const auto& listener : settings_.events->request) listener({method, name, ms, bytes, error});
}

void Loop::log(bool is_error, std::string text) {
  news_.log.push_back({is_error, std::move(text)});
  has_news_ = true;
}

void Loop::report_error(const UserState& user, std::string_view message, std::string_view type) {
  const std::string place = fmt::format("  Task {} of {}\n{}: {}\n", user.task ? user.task->name.c_str() : user.doing,
                                        user.type.name, type, message);
  ScenarioError& error = news_.errors[place];
  error.message = message;
  error.place = place;
  ++error.count;
  has_news_ = true;
}

void Loop::publish_if_due() {
  if (!has_news_ && !must_publish_) return;
  if (must_publish_ || reactor_.now() - published_at_ >= kPublishEvery) return publish();
  if (!publish_timer_.is_armed()) reactor_.timers().arm(publish_timer_, published_at_ + kPublishEvery);
}

void Loop::publish() {
  must_publish_ = has_news_ = false;
  published_at_ = reactor_.now();
  std::unique_ptr<stats::RequestStats> full;
  if (!statistics_->current_epoch().entries().empty()) {
    full = std::exchange(statistics_, std::make_unique<stats::RequestStats>(false));
    last_entry_ = nullptr;
  }
  outbox_.add([&](Report& report) {
    if (full) report.statistics.push_back(std::move(full));
    for (auto& [key, error] : news_.errors) {
      ScenarioError& sum = report.errors[key];
      sum.message = error.message;
      sum.place = error.place;
      sum.count += error.count;
    }
    for (LogLine& line : news_.log) report.log.push_back(std::move(line));
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      report.ended_staying[i] += std::exchange(news_.ended_staying[i], 0);
      report.ended_leaving[i] += std::exchange(news_.ended_leaving[i], 0);
    }
    report.counters = service_.counters();
    ++report.publications;
  });
  news_.errors.clear();
  news_.log.clear();
  if (settings_.ring && !is_abandoned_.load()) settings_.ring(settings_.ring_argument);
}

}  // namespace acrida::native
