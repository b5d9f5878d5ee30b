// What a later life of this master needs to go on with the run: rows for the resume store, and back.
//
//   run                    the plan, the state, the numbers that must grow
//   total, entry/…, error/…  the statistics, whole rows, written again when they change
//   life/<incarnation>     the frames of a worker that are in those statistics
//   gap/<incarnation>      what a lost worker may not have delivered
//   index/<client id>      the index that it was given
//
// Rows of one Persist are one transaction: a frame's numbers and the note that it was counted are never apart.
#include <fmt/core.h>

#include <algorithm>

#include "cluster/fields.h"
#include "cluster/master.h"
#include "wire/msgpack_writer.h"

namespace acrida::cluster {
namespace {

using wire::MsgpackReader;
using wire::MsgpackWriter;
using Rows = std::vector<std::pair<std::string, std::string>>;

constexpr base::Duration kSaveEvery = base::from_seconds(0.5);
constexpr std::size_t kMostTickets = 2;  // on their way to the disk; more is saved together later
constexpr std::string_view kEntry = "entry/", kError = "error/", kLife = "life/", kGap = "gap/", kIndex = "index/";

std::string entry_key(const stats::Entry& entry) {
  return fmt::format("{}{}\n{}", kEntry, entry.method(), entry.name());
}
std::string error_key_of(const stats::ErrorRecord& record) {
  return fmt::format("{}{}\n{}\n{}", kError, record.method, record.name, record.text);
}

std::string life_row(const FrameLedger::Life& life) {
  std::string row;
  MsgpackWriter out(row);
  out.array(8).text(life.worker_id).integer(static_cast<std::int64_t>(life.received));
  out.integer(static_cast<std::int64_t>(life.run)).integer(life.requests).integer(life.counted);
  out.integer(static_cast<std::int64_t>(life.counted_run)).integer(life.pace).number(life.told_wall);
  return row;
}
std::string gap_row(const Gap& gap) {
  std::string row;
  MsgpackWriter(row)
      .array(5)
      .text(gap.worker_id)
      .text(gap.why)
      .integer(gap.known_missing)
      .number(gap.unknown_seconds)
      .integer(gap.requests_per_second);
  return row;
}
std::string index_row(std::int64_t index) {
  std::string row;
  MsgpackWriter(row).integer(index);
  return row;
}

void restore_life(FrameLedger& ledger, std::string_view incarnation, MsgpackReader& in) {
  FrameLedger::Life life;
  in.read_array();
  life.worker_id = in.read_text();
  life.received = read_count(in);
  life.run = read_count(in);
  life.requests = in.read_integer();
  life.counted = in.read_integer();
  life.counted_run = read_count(in);
  life.pace = in.read_integer();
  life.told_wall = in.read_number();
  life.is_restored = true;
  if (in.ok()) ledger.restore(std::string(incarnation), std::move(life));
}
void restore_gap(FrameLedger& ledger, std::string_view incarnation, MsgpackReader& in) {
  Gap gap;
  in.read_array();
  gap.worker_id = in.read_text();
  gap.why = in.read_text();
  gap.known_missing = in.read_integer();
  gap.unknown_seconds = read_finite(in);
  gap.requests_per_second = in.read_integer();
  gap.unknown_seconds = std::max(gap.unknown_seconds, 60.0);  // it may have gone on while there was no master
  if (in.ok()) ledger.note_gap(std::string(incarnation), std::move(gap));
}

void write_classes(MsgpackWriter& out, const std::vector<load::UserClass>& classes) {
  out.array(classes.size());
  for (const load::UserClass& each : classes)
    out.array(3).text(each.name).number(each.weight).integer(each.fixed_count);
}
std::vector<load::UserClass> read_classes(MsgpackReader& in) {
  std::vector<load::UserClass> classes;
  for (std::uint32_t left = in.read_array(); left > 0 && in.ok(); --left) {
    in.read_array();
    load::UserClass& each = classes.emplace_back();
    each.name = in.read_text();
    each.weight = in.read_number();
    each.fixed_count = in.read_integer();
  }
  return classes;
}

}  // namespace

std::string Master::run_row() const {
  std::string row;
  MsgpackWriter out(row);
  out.array(14).integer(static_cast<std::int64_t>(run_)).boolean(is_test_running() || resume_at_.has_value());
  out.integer(target_).number(order_.spawn_rate);
  write_classes(out, order_.user_classes);
  out.boolean(order_.classes.has_value()).array(order_.classes ? order_.classes->size() : 0);
  if (order_.classes)
    for (const std::string& name : *order_.classes) out.text(name);
  order_.host ? out.text(*order_.host) : out.nil();
  order_.stop_timeout ? out.number(*order_.stop_timeout) : out.nil();
  out.bytes(order_.parsed_options).number(last_timestamp_).integer(static_cast<std::int64_t>(last_order_));
  const bool is_waiting = resume_at_.has_value();
  out.integer(is_waiting ? static_cast<std::int64_t>(resume_workers_) : roster_.active_count());
  out.integer(is_waiting ? resume_users_ : ramp_.user_count());
  return row;
}

void Master::restore_run(std::string_view value) {
  MsgpackReader in(value);
  if (in.read_array() != 14) return;
  run_ = read_count(in);
  const bool was_running = in.read_boolean();
  target_ = in.read_integer();
  order_.users = target_;
  order_.spawn_rate = in.read_number();
  order_.user_classes = read_classes(in);
  const bool has_list = in.read_boolean();
  std::vector<std::string> names;
  for (std::uint32_t left = in.read_array(); left > 0 && in.ok(); --left) names.emplace_back(in.read_text());
  if (has_list) order_.classes = std::move(names);
  if (!in.try_nil()) order_.host = in.read_text();
  if (!in.try_nil()) order_.stop_timeout = in.read_number();
  order_.parsed_options = in.read_text();
  last_timestamp_ = in.read_number();
  last_order_ = read_count(in);
  resume_workers_ = read_count(in);
  resume_users_ = in.read_integer();
  if (in.ok() && was_running) state_ = RunState::Running;
}

void Master::restore_row(std::string_view key, std::string_view value) {
  MsgpackReader in(value);
  if (key == "run") return restore_run(value);
  if (key.starts_with(kLife)) return restore_life(ledger_, key.substr(kLife.size()), in);
  if (key.starts_with(kGap)) return restore_gap(ledger_, key.substr(kGap.size()), in);
  if (key.starts_with(kIndex)) return roster_.restore_index(std::string(key.substr(kIndex.size())), in.read_integer());
  if (key == "total" || key.starts_with(kEntry)) {
    if (read_entry_row(value, report_)) stats_.restore(report_, key == "total");
  } else if (key.starts_with(kError)) {
    if (read_error_row(value, report_)) stats_.restore_error(report_.errors[0]);
  }
}

MasterActions Master::resume(const Rows& rows, Moment now) {
  for (const auto& [key, value] : rows) restore_row(key, value);
  stats_.take_changed_entries();
  stats_.take_changed_errors();
  stats_.settle();
  actions_.push_back(StatisticsReplaced{stats_.shared_total()});
  announce_new_rows();
  adopts_ = true;
  actions_.push_back(StateChanged{state_});
  if (!is_test_running()) return take_actions();
  resume_at_ = now.at + settings_.resume_patience;
  resume_workers_ = std::max<std::size_t>(1, resume_workers_);
  log(Level::Info,
      fmt::format("Resuming the run: {} requests so far, {} users on {} worker(s) wanted; waiting up to {:.0f} "
                  "s for the workers",
                  stats_.total().num_requests(), target_, resume_workers_,
                  base::to_seconds(settings_.resume_patience)));
  return take_actions();
}

// The workers are back, or enough time has passed: everybody's share of the users that there were, at once, and then
// on with the ramp where it stood.
void Master::resume_dispatch(Moment now) {
  if (!roster_.has_active()) {
    // Without a worker there is nothing to go on with; the next one that comes decides.
    resume_at_ = now.at + settings_.resume_patience;
    return;
  }
  resume_at_.reset();
  ramp_.open(roster_.active_ids(), order_.user_classes);
  const std::int64_t users = std::min(resume_users_, target_);
  if (users > 0 && ramp_.start(users, static_cast<double>(users), order_.classes))
    while (ramp_.next(now.at) == Ramp::Step::Map) {
    }
  if (!ramp_.start(target_, order_.spawn_rate, order_.classes)) return;
  is_spawning_completed_ = false;
  set_state(RunState::Spawning);
  dispatch(now);
}

void Master::persist(Moment now) {
  next_save_ = now.at + kSaveEvery;
  if (!settings_.keeps_results || waiting_receipts_.size() >= kMostTickets) return;
  stats_.settle();
  Persist save;
  save.replaces_everything = std::exchange(wants_full_save_, false);
  if (save.replaces_everything) {
    ledger_.touch_all();
    for (const auto& [id, index] : roster_.indexes())
      save.rows.emplace_back(fmt::format("{}{}", kIndex, id), index_row(index));
    saved_indexes_ = roster_.indexes().size();
    stats_.take_changed_entries();
    stats_.take_changed_errors();
    for (const auto& entry : stats_.entries()) save.rows.emplace_back(entry_key(*entry), entry_row(*entry));
    for (const auto& record : stats_.errors().records())
      save.rows.emplace_back(error_key_of(*record), error_row(*record));
    save.rows.emplace_back("total", entry_row(stats_.total()));
  }
  const std::int64_t reports = stats_.reports();
  if (std::exchange(saved_reports_, reports) != reports && !save.replaces_everything) {
    save.rows.emplace_back("total", entry_row(stats_.total()));
    for (const auto& entry : stats_.take_changed_entries())
      save.rows.emplace_back(entry_key(*entry), entry_row(*entry));
    for (const auto& record : stats_.take_changed_errors())
      save.rows.emplace_back(error_key_of(*record), error_row(*record));
  }
  for (const auto& [incarnation, life] : ledger_.take_changes())
    save.rows.emplace_back(fmt::format("{}{}", kLife, incarnation), life_row(life));
  for (const std::string& life : ledger_.take_changed_gaps()) {
    const auto gap = ledger_.gaps().find(life);
    save.rows.emplace_back(fmt::format("{}{}", kGap, life),
                           gap == ledger_.gaps().end() ? std::string{} : gap_row(gap->second));
  }
  if (saved_indexes_ != roster_.indexes().size()) {
    saved_indexes_ = roster_.indexes().size();
    for (const auto& [id, index] : roster_.indexes())
      save.rows.emplace_back(fmt::format("{}{}", kIndex, id), index_row(index));
  }
  if (std::exchange(has_run_changed_, false) || save.replaces_everything) save.rows.emplace_back("run", run_row());
  if (save.rows.empty() && unsaved_receipts_.empty()) return;
  save.ticket = ++last_ticket_;
  waiting_receipts_.emplace(save.ticket, std::exchange(unsaved_receipts_, {}));
  actions_.push_back(std::move(save));
}

MasterActions Master::on_durable(std::uint64_t ticket, Moment now) {
  // Commits are made in order: what is behind this one is safe, too.
  while (!waiting_receipts_.empty() && waiting_receipts_.begin()->first <= ticket) {
    std::map<std::string, std::uint64_t> newest;
    for (const auto& [id, sequence] : waiting_receipts_.begin()->second) newest[id] = std::max(newest[id], sequence);
    for (const auto& [id, sequence] : newest) send(id, "acrida_receipt", sequence_data(sequence));
    waiting_receipts_.erase(waiting_receipts_.begin());
  }
  if (now.at >= next_save_) persist(now);
  return take_actions();
}

}  // namespace acrida::cluster
