#include "stats/entry.h"

#include <algorithm>
#include <utility>

#include "stats/epoch.h"

namespace acrida::stats {

Entry::Entry(std::string method, std::string name, double start_time, bool use_cache)
    : method_(std::move(method)), name_(std::move(name)), start_time_(start_time) {
  if (use_cache) cache_.emplace(static_cast<std::int64_t>(start_time));
}

bool Entry::is_shown() const {
  if (!is_only_awaited_.load(std::memory_order_relaxed)) return true;
  if (num_requests() == 0 && num_failures() == 0) return false;
  is_only_awaited_.store(false, std::memory_order_relaxed);  // also after a reset
  return true;
}

// ---- counting
// ---------------------------------------------------------------------------------------------------------------

void Entry::log(double response_time_ms, std::int64_t length, double now) {
  const Number time{response_time_ms, false}, bytes{static_cast<double>(length), true};
  log_here(time, bytes, now);
  if (epoch_) epoch_->total().log_here(time, bytes, now);
}

void Entry::log_here(std::optional<Number> time_ms, Number length, double now, const double* bucket) {
  note_before(static_cast<std::int64_t>(now));
  python_.record(time_ms, length, now, bucket);
}

Recorder* Entry::data_recorder() {
  if (!owned_data_ && epoch_ && this != &epoch_->total()) {
    owned_data_ = epoch_->make_data_half();
    data_.store(owned_data_.get(), std::memory_order_release);
  }
  return owned_data_.get();
}

// ---- changing
// ---------------------------------------------------------------------------------------------------------------

PythonShard& Entry::fold() {
  if (data()) epoch_->fold(*this);
  return python_;
}

void Entry::extend(const Entry& other) {
  const std::optional<std::int64_t> second_before = last_request_second();
  PythonShard& mine = fold();
  mine.absorb(other.python_);
  if (const DataShard* data = other.data()) mine.absorb(*data);
  set_start_time(std::min(start_time(), other.start_time()));
  if (last_request_second() != second_before) put_snapshot(*last_request_second());
}

void Entry::reset(double now) {
  is_shown();  // and stays so
  fold();
  restart(now);
}

// What the data thread has counted since the fold stays.
void Entry::restart(double now) {
  python_.clear();
  set_start_time(now);
  std::lock_guard lock(cache_mutex_);
  if (cache_) cache_->restart(static_cast<std::int64_t>(now));
}

std::shared_ptr<Entry> Entry::take(double now) {
  is_shown();  // and stays so
  auto taken = std::make_shared<Entry>(method_, name_, start_time(), false);
  taken->python_.absorb(fold());
  restart(now);
  return taken;
}

// ---- states of the last seconds
// ---------------------------------------------------------------------------------------------

bool Entry::has_cache() const {
  std::lock_guard lock(cache_mutex_);
  return cache_.has_value();
}

void Entry::use_cache(bool wanted, double now) {
  std::lock_guard lock(cache_mutex_);
  if (!wanted)
    cache_.reset();
  else if (!cache_)
    cache_.emplace(static_cast<std::int64_t>(now));
}

void Entry::tick(double now) {
  const auto second = static_cast<std::int64_t>(now);
  // What the data thread has counted in this second already is in the note, too, if the tick is late.
  if (data())
    note(second);
  else
    note_before(second);
}

void Entry::note_before(std::int64_t second) {
  if (!cache_) return;
  const std::optional<std::int64_t> last = last_request_second();
  if (last && *last < second) note(second);
}

void Entry::note(std::int64_t second) {
  std::lock_guard lock(cache_mutex_);
  if (!cache_ || !cache_->wants(second)) return;
  // Before the first request nothing needs noting: there is the state at creation.
  if (const std::optional<std::int64_t> last = last_request_second())
    cache_->note(second, {buckets(), num_requests(), num_none_requests()}, *last);
}

void Entry::set_window(std::int64_t seconds) {
  std::lock_guard lock(cache_mutex_);
  if (cache_) cache_->set_window(seconds);
}

void Entry::settle_cache() {
  if (cache_) cache_->settle(last_request_second());
}

std::optional<Entry::Snapshots> Entry::snapshots() {
  std::lock_guard lock(cache_mutex_);
  settle_cache();
  return cache_ ? std::optional(cache_->by_second()) : std::nullopt;
}

void Entry::put_snapshot(std::int64_t second) {
  std::lock_guard lock(cache_mutex_);
  if (cache_) cache_->put(second, {buckets(), num_requests(), num_none_requests()});
}

void Entry::put_snapshot(std::int64_t second, Snapshot state) {
  std::lock_guard lock(cache_mutex_);
  settle_cache();
  if (cache_) cache_->put(second, std::move(state));
}

void Entry::remove_snapshot(std::int64_t second) {
  std::lock_guard lock(cache_mutex_);
  settle_cache();
  if (cache_) cache_->by_second().erase(second);
}

std::optional<double> Entry::current_percentile(double p, double now) {
  std::lock_guard lock(cache_mutex_);
  settle_cache();
  const Snapshot* before = cache_ ? cache_->base_for(static_cast<std::int64_t>(now)) : nullptr;
  if (!before) return std::nullopt;
  const std::int64_t timed =
      (num_requests() - before->num_requests) - (num_none_requests() - before->num_none_requests);
  return percentile(difference(buckets(), before->buckets), timed, p);
}

std::optional<std::int64_t> Entry::last_request_second() const {
  const std::optional<double> at = last_request_at();
  return at ? std::optional(static_cast<std::int64_t>(*at)) : std::nullopt;
}

}  // namespace acrida::stats
