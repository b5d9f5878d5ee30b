#include "cluster/swarm_stats.h"

#include <algorithm>
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

void widen(PythonShard& shard, const EntryReport& row) {
  // Go workers say 0 when there was no request.
  const bool has_times = row.num_requests > row.num_none_requests;
  if (has_times && row.min_ms && (!shard.has_min.get() || row.min_ms->value < shard.min_ms.get().value)) {
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
void SwarmStats::expect(const Row& row, const Report& tables, const EntryReport& report) {
  const PythonShard& shard = row.entry->python();
  base::prefetch<128>(&shard.num_requests);
  for (std::size_t i = report.buckets.first; i < report.buckets.last; ++i) {
    shard.rounded.expect({tables.buckets[i].place, 0});
    if (row.times) row.times->expect(tables.buckets[i].place);
  }
}

void SwarmStats::merge(const Report& report, double now, std::string_view sender) {
  ++reports_;
  std::vector<KeyAndRow*>& order = orders_[std::string(sender)];
  order.resize(report.entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const EntryReport& row = report.entries[i];
    if (i + 2 < order.size() && order[i + 2]) base::prefetch<64>(order[i + 2]);
    if (i + 1 < order.size() && order[i + 1]) expect(order[i + 1]->second, report, report.entries[i + 1]);
    if (!order[i] || !is_key_of(order[i]->first, row))
      order[i] = &find_or_create(row.method, row.name, row.start_time > 0 ? row.start_time : now);
    Row& mine = order[i]->second;
    merge_into(mine, report, row);
    note_change(mine);
  }
  if (report.has_total) merge_into(total_, report, report.total);
  for (const ErrorReport& error : report.errors) merge_error(error);
}

void SwarmStats::add_response_times(Row& mine, const Report& tables, const EntryReport& row) {
  PythonShard& shard = mine.entry->fold();
  const bool has_fine = row.fine.first != row.fine.last;
  // The base dialect knows no better than the rounded value.
  RoundedTimes* const times = has_fine || row.buckets.first == row.buckets.last ? nullptr : &unsettled_times(mine);
  for (std::size_t i = row.buckets.first; i < row.buckets.last; ++i) {
    const auto [place, count] = tables.buckets[i];
    shard.rounded.add_dense(place, count);
    if (times && !times->add(place, count)) shard.histogram.add_at(RoundedTimes::fine_index(place), count);
  }
  for (std::size_t i = row.odd_buckets.first; i < row.odd_buckets.last; ++i) {
    const auto [ms, count] = tables.odd_buckets[i];
    shard.rounded.add(RoundedBuckets::place_of_bucket(ms), count);
    if (!has_fine) shard.histogram.add_at(fine_index(ms), static_cast<std::uint64_t>(count));
  }
  for (std::size_t i = row.fine.first; i < row.fine.last; ++i)
    shard.histogram.add_at(static_cast<std::size_t>(tables.counts[i].at),
                           static_cast<std::uint64_t>(tables.counts[i].count));
}

RoundedTimes& SwarmStats::unsettled_times(Row& mine) {
  if (!mine.times) mine.times = std::make_unique<RoundedTimes>();
  if (!std::exchange(mine.is_unsettled, true)) unsettled_.push_back(&mine);
  return *mine.times;
}

void SwarmStats::settle() {
  for (Row* row : unsettled_) {
    row->times->move_into(row->entry->fold().histogram);
    row->is_unsettled = false;
  }
  unsettled_.clear();
}

void SwarmStats::forget_unsettled() {
  for (Row* row : unsettled_) {
    row->times->clear();
    row->is_unsettled = false;
  }
  unsettled_.clear();
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
  add_response_times(mine, tables, row);
  for (std::size_t i = row.per_second.first; i < row.per_second.last; ++i)
    shard.requests_per_second.add(tables.counts[i].at, tables.counts[i].count);
  for (std::size_t i = row.failures_per_second.first; i < row.failures_per_second.last; ++i)
    shard.failures_per_second.add(tables.counts[i].at, tables.counts[i].count);
  if (row.start_time > 0 && row.start_time < entry.start_time()) entry.set_start_time(row.start_time);
  const bool has_counted = row.num_requests > 0 || row.num_failures > 0;
  if (has_counted && row.last_request_at &&
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
