#include "cluster/swarm_stats.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/prefetch.h"

namespace acrida::cluster {
namespace {

using stats::Entry;
using stats::Histogram;
using stats::PythonShard;
using stats::RoundedBuckets;

std::size_t fine_index(double ms) {
  return Histogram::index_of(ms > 0 && ms < 1e13 ? static_cast<std::uint64_t>(ms * 1000) : 0);
}

bool is_key_of(std::string_view key, const EntryReport& row) {
  return key.size() == row.method.size() + 1 + row.name.size() && key.starts_with(row.method) &&
         key[row.method.size()] == '\0' && key.ends_with(row.name);
}

// The fine index of each place of a rounded response time.
std::size_t fine_index_of_place(std::size_t place) {
  static const auto kIndexes = [] {
    std::array<std::size_t, RoundedBuckets::kDense> indexes{};
    for (std::size_t at = 0; at < indexes.size(); ++at) indexes[at] = fine_index(RoundedBuckets::ms_of(at));
    return indexes;
  }();
  return kIndexes[place];
}

void widen(PythonShard& shard, const EntryReport& row) {
  if (row.has_times() && row.min_ms && (!shard.has_min.get() || row.min_ms->value < shard.min_ms.get().value)) {
    shard.min_ms.set(*row.min_ms);
    shard.has_min.set(true);
  }
  if (row.max_ms.value > shard.max_ms.get().value) shard.max_ms.set(row.max_ms);
}

void add_counts(PythonShard& shard, const EntryReport& row) {
  shard.num_requests.add(row.num_requests);
  shard.num_none_requests.add(row.num_none_requests);
  shard.num_failures.add(row.num_failures);
  shard.total_ms.add(row.total_ms);
  shard.total_length.add(row.total_length);
}

}  // namespace

void SwarmStats::clear(double now) {
  forget_unsettled();
  total_.entry = std::make_shared<Entry>("", "Aggregated", now, true);
  entries_.clear();
  new_entries_.clear();
  orders_.clear();
  rows_.clear();
  errors_.clear();
  new_errors_.clear();
  changed_errors_.clear();
  changed_entries_.clear();
}

void SwarmStats::reset(double now) {
  forget_unsettled();
  total_.entry->reset(now);
  for (const auto& entry : entries_) entry->reset(now);
  errors_.clear();
  new_errors_.clear();
  changed_errors_.clear();
}

SwarmStats::KeyAndRow& SwarmStats::find_or_create(std::string_view method, std::string_view name, double start_time) {
  key_.assign(method).append(1, '\0').append(name);
  if (const auto found = rows_.find(key_); found != rows_.end()) return *found;
  if (rows_.size() >= most_rows_ && name != kTooMany) return find_or_create("", kTooMany, start_time);
  auto entry = std::make_shared<Entry>(std::string(method), std::string(name), start_time, true);
  entries_.push_back(entry);
  new_entries_.push_back(entry);
  return *rows_.emplace(key_, Row{.entry = std::move(entry)}).first;
}

// Its counters will be needed in some hundred nanoseconds, and are in no cache.
void SwarmStats::expect(const KeyAndRow& known, const Report& tables, const EntryReport& report) {
  const auto& [key, row] = known;
  base::prefetch<64>(key.data());
  if (!row.pending) return;
  row.pending->expect_sums();
  constexpr std::uint16_t kInLine = 32;  // so many counters share a line of the cache
  int line = -1;
  for (const CountInPlace& each : report.buckets.of(tables.buckets))
    if (std::exchange(line, each.place / kInLine) != each.place / kInLine) row.pending->expect(each.place);
}

void SwarmStats::merge(const Report& report, double now, std::string_view sender) {
  ++reports_;
  const bool may_wait = report.entries.size() > at_once_left_;
  if (!may_wait) at_once_left_ -= report.entries.size();
  std::vector<KeyAndRow*>& order = orders_[std::string(sender)];
  order.resize(report.entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const EntryReport& row = report.entries[i];
    if (i + 3 < order.size() && order[i + 3]) base::prefetch<128>(order[i + 3]);
    if (i + 1 < order.size() && order[i + 1]) expect(*order[i + 1], report, report.entries[i + 1]);
    if (!order[i] || !is_key_of(order[i]->first, row))
      order[i] = &find_or_create(row.method, row.name, row.start_time > 0 ? row.start_time : now);
    Row& mine = order[i]->second;
    if (may_wait && try_to_wait(mine, report, row)) continue;
    merge_into(mine, report, row);
    note_change(mine);
  }
  if (report.has_total && !(may_wait && try_to_wait(total_, report, report.total)))
    merge_into(total_, report, report.total);
  for (const ErrorReport& error : report.errors) merge_error(error);
}

bool SwarmStats::try_to_wait(Row& mine, const Report& tables, const EntryReport& row) {
  const auto spill = [&](std::uint16_t place, std::uint32_t count) {
    PythonShard& shard = mine.entry->fold();
    shard.rounded.add_dense(place, count);
    shard.histogram.add_at(fine_index_of_place(place), count);
  };
  if (!mine.pending) mine.pending = std::make_unique<PendingRow>();
  if (!mine.pending->add(tables, row, spill)) return false;
  if (!std::exchange(mine.is_unsettled, true)) unsettled_.push_back(&mine);
  return true;
}

void SwarmStats::settle() {
  for (Row* row : unsettled_) {
    sums_.clear();
    merge_into(*row, sums_, row->pending->take(sums_));
    row->is_unsettled = false;
    if (row != &total_) note_change(*row);
  }
  unsettled_.clear();
  at_once_left_ = kRowsAtOnce;
}

void SwarmStats::forget_unsettled() {
  for (Row* row : unsettled_) {
    row->pending->clear();
    row->is_unsettled = false;
  }
  unsettled_.clear();
}

void SwarmStats::add_response_times(PythonShard& shard, const Report& tables, const EntryReport& row) {
  const bool has_fine = !row.fine.is_empty();  // the base dialect knows no better than the rounded value
  for (const auto [place, count] : row.buckets.of(tables.buckets)) {
    shard.rounded.add_dense(place, count);
    if (!has_fine) shard.histogram.add_at(fine_index_of_place(place), count);
  }
  for (const auto [ms, count] : row.odd_buckets.of(tables.odd_buckets)) {
    shard.rounded.add(RoundedBuckets::place_of_bucket(ms), count);
    if (!has_fine) shard.histogram.add_at(fine_index(ms), static_cast<std::uint64_t>(count));
  }
  for (const auto [index, count] : row.fine.of(tables.counts))
    shard.histogram.add_at(static_cast<std::size_t>(index), static_cast<std::uint64_t>(count));
}

void SwarmStats::merge_into(Row& mine, const Report& tables, const EntryReport& row) {
  Entry& entry = *mine.entry;
  PythonShard& shard = entry.fold();
  const auto second_of = [&] {
    return shard.has_last.get() ? static_cast<std::int64_t>(shard.last_request_at.get()) : -1;
  };
  const std::int64_t second_before = second_of();
  add_counts(shard, row);
  widen(shard, row);
  add_response_times(shard, tables, row);
  for (const auto [second, count] : row.per_second.of(tables.counts)) shard.requests_per_second.add(second, count);
  for (const auto [second, count] : row.failures_per_second.of(tables.counts))
    shard.failures_per_second.add(second, count);
  if (row.start_time > 0 && row.start_time < entry.start_time()) entry.set_start_time(row.start_time);
  if (row.has_counted() && row.last_request_at &&
      *row.last_request_at > (shard.has_last.get() ? shard.last_request_at.get() : 0)) {
    shard.last_request_at.set(*row.last_request_at);
    shard.has_last.set(true);
  }
  if (second_of() != second_before) entry.put_snapshot(second_of());
}

void SwarmStats::note_change(Row& row) {
  if (tracks_changes_ && !std::exchange(row.has_changed, true)) changed_entries_.push_back(&row);
}

std::shared_ptr<stats::ErrorRecord> SwarmStats::merge_error(const ErrorReport& error) {
  const std::size_t before = errors_.records().size();
  const std::shared_ptr<stats::ErrorRecord>& record = errors_.find_or_create(error.method, error.name, error.text);
  if (errors_.records().size() != before) new_errors_.push_back(record);
  record->occurrences.add(error.occurrences);
  const double first = record->first_seen.get();
  if (error.first_seen > 0 && (first == 0 || error.first_seen < first)) record->first_seen.set(error.first_seen);
  record->last_seen.set(std::max(record->last_seen.get(), error.last_seen));
  if (tracks_changes_ && std::find(changed_errors_.begin(), changed_errors_.end(), record) == changed_errors_.end())
    changed_errors_.push_back(record);
  return record;
}

void SwarmStats::restore(const Report& row, bool is_total) {
  Row& mine = is_total ? total_ : find_or_create(row.total.method, row.total.name, row.total.start_time).second;
  mine.entry->set_start_time(row.total.start_time);
  merge_into(mine, row, row.total);
}

std::vector<std::shared_ptr<Entry>> SwarmStats::take_changed_entries() {
  std::vector<std::shared_ptr<Entry>> changed;
  for (Row* row : changed_entries_) {
    row->has_changed = false;
    changed.push_back(row->entry);
  }
  changed_entries_.clear();
  return changed;
}

std::vector<std::shared_ptr<stats::ErrorRecord>> SwarmStats::take_changed_errors() {
  return std::exchange(changed_errors_, {});
}

}  // namespace acrida::cluster
