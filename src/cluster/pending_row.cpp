#include "cluster/pending_row.h"

#include <algorithm>

namespace acrida::cluster {
namespace {

void raise(stats::Number& sum, stats::Number more) {
  sum.value += more.value;
  sum.is_int = sum.is_int && more.is_int;
}

}  // namespace

// The rules of SwarmStats::merge_into(), which takes the sum as it would have taken each.
void PendingRow::add_sums(const EntryReport& row) {
  num_requests_ += row.num_requests;
  num_none_requests_ += row.num_none_requests;
  num_failures_ += row.num_failures;
  raise(total_ms_, row.total_ms);
  raise(total_length_, row.total_length);
  if (row.max_ms.value > max_ms_.value) max_ms_ = row.max_ms;
  if (row.has_times() && row.min_ms && (!has_min_ || row.min_ms->value < min_ms_.value)) {
    min_ms_ = *row.min_ms;
    has_min_ = true;
  }
  if (row.has_counted() && row.last_request_at) {
    last_request_at_ = std::max(last_request_at_, *row.last_request_at);
    has_last_ = true;
  }
  if (row.start_time > 0 && (start_time_ == 0 || row.start_time < start_time_)) start_time_ = row.start_time;
}

EntryReport PendingRow::take(Report& tables) {
  EntryReport row;
  row.num_requests = num_requests_;
  row.num_none_requests = num_none_requests_;
  row.num_failures = num_failures_;
  row.total_ms = total_ms_;
  row.total_length = total_length_;
  row.max_ms = max_ms_;
  if (has_min_) row.min_ms = min_ms_;
  if (has_last_) row.last_request_at = last_request_at_;
  row.start_time = start_time_;
  const auto fill = [](EntryReport::Range& range, auto& table, auto&& put) {
    range.first = table.size();
    put();
    range.last = table.size();
  };
  fill(row.per_second, tables.counts, [&] { requests_.move_into(tables.counts); });
  fill(row.failures_per_second, tables.counts, [&] { failures_.move_into(tables.counts); });
  fill(row.buckets, tables.buckets, [&] {
    for (std::size_t place = 0; place < counts_.size(); ++place)
      if (counts_[place]) tables.buckets.push_back({static_cast<std::uint16_t>(place), counts_[place]});
  });
  clear();
  return row;
}

}  // namespace acrida::cluster
