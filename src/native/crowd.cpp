#include "native/crowd.h"

#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "native/crash.h"
#include "native/exchange.h"

namespace acrida::native {

namespace {

void add(http::ServiceCounters& sum, const http::ServiceCounters& more) {
  sum.sent += more.sent;
  sum.resent += more.resent;
  sum.redirects += more.redirects;
  sum.aborted += more.aborted;
  sum.connects += more.connects;
  sum.read_time_used += more.read_time_used;
}

// Never to be destroyed, and no leak.
void keep(const void* given_up) {
  static auto& kept = *new std::vector<const void*>;
  kept.push_back(given_up);
}

}  // namespace

Crowd::Node::Node(const CrowdSettings& settings, const std::vector<const detail::UserDefinition*>& classes,
                  const Events& events, std::size_t index)
    : outbox(classes.size()),
      loop({.classes = &classes,
            .events = &events,
            .host = settings.host,
            .seed = settings.seed + index * 0x5851f42d4c957f2d,
            .ring = settings.ring,
            .ring_argument = settings.ring_argument},
           outbox),
      counts(classes.size()) {
  thread = std::make_unique<reactor::Thread>(fmt::format("acrida-users-{}", index), [this] {
    const CrashReporter reporter;
    loop.run();
  });
}

Crowd::Crowd(std::vector<const detail::UserDefinition*> classes, const Events& events, const CrowdSettings& settings)
    : settings_(settings),
      events_(events),
      classes_(std::make_unique<const std::vector<const detail::UserDefinition*>>(std::move(classes))) {
  for (int i = 0; i < std::max(1, settings.threads); ++i) nodes_.push_back(make_node());
}

std::unique_ptr<Crowd::Node> Crowd::make_node() {
  return std::make_unique<Node>(settings_, *classes_, events_, loops_made_++);
}

Crowd::~Crowd() {
  stop();
  if (has_given_up_) keep(classes_.release());
}

void Crowd::stop() {
  for (auto& node : nodes_) node->loop.stop();
  for (auto& node : nodes_) node->thread->join();
}

void Crowd::spawn(std::size_t user_class, std::int64_t count) {
  const auto nodes = static_cast<std::int64_t>(nodes_.size());
  for (std::int64_t i = 0; i < std::min(nodes, count); ++i) {
    // Each gets its share; the next call goes on with the next, so that single users spread, too.
    const std::int64_t share = count / nodes + (i < count % nodes ? 1 : 0);
    Node& node = *nodes_[next_node_++ % nodes_.size()];
    node.counts[user_class].staying += share;
    node.loop.spawn(user_class, share);
  }
}

void Crowd::set_host(const std::string& host) {
  for (std::size_t i = 0; i < classes_->size(); ++i)
    for (auto& node : nodes_) node->loop.set_host(i, host.empty() ? (*classes_)[i]->host : host);
}

void Crowd::class_edited(std::string_view name, bool has_new_host) {
  for (std::size_t i = 0; i < classes_->size(); ++i) {
    if ((*classes_)[i]->name != name) continue;
    for (auto& node : nodes_) {
      node->loop.set_picks(i, (*classes_)[i]->picks);
      if (has_new_host) node->loop.set_host(i, (*classes_)[i]->host);
    }
  }
}

void Crowd::ask_to_stop(std::size_t user_class, std::int64_t count) {
  std::vector<std::int64_t> chosen(nodes_.size());
  for (; count > 0; --count) {  // from whoever has most
    const auto node = std::max_element(nodes_.begin(), nodes_.end(), [&](const auto& a, const auto& b) {
      return a->counts[user_class].staying < b->counts[user_class].staying;
    });
    Counts& counts = (*node)->counts[user_class];
    if (counts.staying == 0) break;
    --counts.staying;
    ++counts.leaving;
    ++chosen[static_cast<std::size_t>(node - nodes_.begin())];
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (chosen[i] > 0) nodes_[i]->loop.ask_to_stop(user_class, chosen[i]);
}

void Crowd::kill_leaving() {
  for (auto& node : nodes_) {
    node->loop.kill_leaving();
    node->switches_when_killed = node->loop.probe().switches;
    node->unchanged_since = base::now();
  }
}

void Crowd::give_up_blocked(Report& sum) {
  for (auto& node : nodes_) {
    if (!node->unchanged_since) continue;
    const auto is_anybody = [&](std::int64_t Counts::*which) {
      return std::any_of(node->counts.begin(), node->counts.end(), [&](const Counts& each) { return each.*which > 0; });
    };
    if (!is_anybody(&Counts::leaving)) {
      node->unchanged_since.reset();
      continue;
    }
    const Loop::Probe probe = node->loop.probe();
    if (!probe.label || probe.switches != node->switches_when_killed || is_anybody(&Counts::staying)) {
      node->switches_when_killed = probe.switches;
      node->unchanged_since = base::now();
    } else if (base::now() - *node->unchanged_since >= settings_.patience) {
      give_up(node, probe.label, sum);
    }
  }
}

// Another takes its place. It is not destroyed: its thread goes on as long as the process does, or until the task ends.
void Crowd::give_up(std::unique_ptr<Node>& node, const char* label, Report& sum) {
  std::int64_t users = 0;
  for (const Counts& each : node->counts) users += each.leaving;
  const std::string place = fmt::format("  {} is still at work\n", label);
  ScenarioError& error = sum.errors[place];
  error.place = place;
  error.message = fmt::format(
      "{} did not give its thread back within {:.0f} seconds when it was to end: {} users are given up, and what they "
      "counted last is missing",
      label, base::to_seconds(settings_.patience), users);
  ++error.count;
  has_given_up_ = true;
  add(counters_of_given_up_, node->counters);
  node->loop.abandon();
  node->thread->detach();
  keep(node.release());
  node = make_node();
}

std::int64_t Crowd::staying(std::size_t user_class) const {
  std::int64_t sum = 0;
  for (const auto& node : nodes_) sum += node->counts[user_class].staying;
  return sum;
}

std::int64_t Crowd::leaving(std::size_t user_class) const {
  std::int64_t sum = 0;
  for (const auto& node : nodes_) sum += node->counts[user_class].leaving;
  return sum;
}

std::int64_t Crowd::leaving() const {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < classes_->size(); ++i) sum += leaving(i);
  return sum;
}

std::int64_t Crowd::alive() const {
  std::int64_t sum = leaving();
  for (std::size_t i = 0; i < classes_->size(); ++i) sum += staying(i);
  return sum;
}

void Crowd::take(Node& node, Report& sum, stats::RequestStats& total) {
  Report report = node.outbox.take(classes_->size());
  const double now = base::wall_seconds();
  for (const auto& part : report.statistics) {
    stats::Entry all("", "", now, false);  // loops count in their entries only
    for (const auto& entry : part->current_epoch().entries()) {
      total.find_or_create(entry->method(), entry->name(), now).extend(*entry);
      all.extend(*entry);
    }
    total.total().extend(all);
    for (const auto& error : part->errors().records()) {
      stats::ErrorRecord& mine = *total.errors().find_or_create(error->method, error->name, error->text);
      mine.occurrences.add(error->occurrences.get());
      if (mine.first_seen.get() == 0) mine.first_seen.set(error->first_seen.get());
      mine.last_seen.set(std::max(mine.last_seen.get(), error->last_seen.get()));
    }
  }
  for (auto& [key, error] : report.errors) {
    ScenarioError& all = sum.errors[key];
    all.message = std::move(error.message);
    all.place = std::move(error.place);
    all.count += error.count;
  }
  for (LogLine& line : report.log) sum.log.push_back(std::move(line));
  for (std::size_t i = 0; i < classes_->size(); ++i) {
    node.counts[i].staying -= report.ended_staying[i];
    node.counts[i].leaving -= report.ended_leaving[i];
  }
  node.counters = report.counters;
  node.publications = report.publications;
}

Report Crowd::collect(stats::RequestStats& total) {
  Report sum;
  for (auto& node : nodes_) take(*node, sum, total);
  give_up_blocked(sum);
  return sum;
}

Report Crowd::collect_all(stats::RequestStats& total, base::Duration patience) {
  Report sum = collect(total);
  std::vector<std::uint64_t> before;
  for (auto& node : nodes_) {
    before.push_back(node->publications);
    node->loop.publish_soon();
  }
  const base::Instant deadline = base::now() + patience;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    while (nodes_[i]->publications == before[i] && base::now() < deadline) {
      take(*nodes_[i], sum, total);
      const timespec moment{0, 200'000};
      if (nodes_[i]->publications == before[i]) nanosleep(&moment, nullptr);
    }
  }
  return sum;
}

http::ServiceCounters Crowd::counters() const {
  http::ServiceCounters sum = counters_of_given_up_;
  for (const auto& node : nodes_) add(sum, node->counters);
  return sum;
}

std::vector<std::string> Crowd::look_for_blockers() {
  std::vector<std::string> sentences;
  for (auto& node : nodes_) {
    const Loop::Probe now = node->loop.probe();
    const bool is_same = now.label && now.label == node->seen.label && now.switches == node->seen.switches;
    node->times_unchanged = is_same ? node->times_unchanged + 1 : 0;
    node->seen = now;
    if (node->times_unchanged < 2 ||
        std::find(told_blockers_.begin(), told_blockers_.end(), now.label) != told_blockers_.end())
      continue;
    told_blockers_.emplace_back(now.label);
    sentences.push_back(
        fmt::format("{} blocks its thread, and all other users on it wait. It computes for long, or calls something "
                    "that blocks: use "
                    "acrida's sleep, sockets and resolve instead, or more --threads.",
                    now.label));
  }
  return sentences;
}

}  // namespace acrida::native
