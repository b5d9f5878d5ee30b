#include "stats/epoch.h"

#include <algorithm>

namespace acrida::stats {

Epoch::Epoch(std::uint64_t number, double started_at, bool use_cache)
    : number_(number),
      use_cache_(use_cache),
      total_data_(gate_, nullptr),
      total_(std::make_shared<Entry>("", "Aggregated", started_at, use_cache)) {
  adopt(*total_);
  total_->data_.store(&total_data_, std::memory_order_release);
}

Epoch::~Epoch() {
  release(*total_);
  for (const std::shared_ptr<Entry>& entry : entries_) release(*entry);
  for (const std::shared_ptr<Entry>& entry : retired_) release(*entry);
}

void Epoch::adopt(Entry& entry) {
  if (!entry.epoch_) entry.epoch_ = this;
}

// A person's entry may outlive us: it keeps what it has counted and is on its own again.
void Epoch::release(Entry& entry) {
  if (entry.epoch_ != this) return;
  entry.fold();
  entry.data_.store(nullptr, std::memory_order_release);
  entry.owned_data_.reset();
  entry.epoch_ = nullptr;
}

// ---- the table
// --------------------------------------------------------------------------------------------------------------

Entry* Epoch::find(std::string_view method, std::string_view name) const {
  const auto found = by_key_.find({method, name});
  return found == by_key_.end() ? nullptr : found->second;
}

Entry& Epoch::find_or_create(std::string_view method, std::string_view name, double now) {
  Entry* entry = find(method, name);
  if (!entry) return create(method, name, now, false);
  entry->is_only_awaited_.store(false, std::memory_order_relaxed);
  return *entry;
}

Entry& Epoch::find_or_await(std::string_view method, std::string_view name, double now) {
  Entry* entry = find(method, name);
  return entry ? *entry : create(method, name, now, true);
}

Entry& Epoch::create(std::string_view method, std::string_view name, double now, bool is_only_awaited) {
  auto made = std::make_shared<Entry>(std::string(method), std::string(name), now, use_cache_);
  Entry& entry = *made;
  entry.is_only_awaited_.store(is_only_awaited, std::memory_order_relaxed);
  adopt(entry);
  std::lock_guard lock(mutex_);
  entries_.push_back(std::move(made));
  by_key_[{entry.method(), entry.name()}] = &entry;
  return entry;
}

Epoch::View Epoch::view() const {
  std::lock_guard lock(mutex_);
  View view{total_.get(), {}};
  view.entries.reserve(entries_.size());
  for (const std::shared_ptr<Entry>& entry : entries_)
    if (entry->is_shown()) view.entries.push_back(entry.get());
  return view;
}

std::shared_ptr<Entry> Epoch::share(Entry& entry) {
  if (entry.epoch_ == this) return {shared_from_this(), &entry};
  if (&entry == total_.get()) return total_;
  return *place_of(entry);
}

std::vector<std::shared_ptr<Entry>>::iterator Epoch::place_of(const Entry& entry) {
  return std::find_if(entries_.begin(), entries_.end(), [&](const auto& each) { return each.get() == &entry; });
}

void Epoch::put(const std::shared_ptr<Entry>& entry) {
  Entry* const before = find(entry->method(), entry->name());
  if (before == entry.get()) return;
  adopt(*entry);
  std::lock_guard lock(mutex_);
  if (before) {
    by_key_.erase({before->method(), before->name()});
    retired_.push_back(std::exchange(*place_of(*before), entry));
  } else {
    entries_.push_back(entry);
  }
  by_key_[{entry->method(), entry->name()}] = entry.get();
}

void Epoch::put_total(std::shared_ptr<Entry> entry) {
  if (entry == total_) return;
  fold_total();
  if (total_->epoch_ == this) total_->data_.store(nullptr, std::memory_order_release);
  {
    std::lock_guard lock(mutex_);
    retired_.push_back(std::exchange(total_, std::move(entry)));
  }
  adopt(*total_);
  if (total_->epoch_ == this) total_->data_.store(&total_data_, std::memory_order_release);
}

void Epoch::remove(std::string_view method, std::string_view name) {
  Entry* const entry = find(method, name);
  if (!entry) return;
  by_key_.erase({entry->method(), entry->name()});
  const auto place = place_of(*entry);
  std::lock_guard lock(mutex_);
  retired_.push_back(std::move(*place));
  entries_.erase(place);
}

void Epoch::remove_all() {
  by_key_.clear();
  std::lock_guard lock(mutex_);
  for (std::shared_ptr<Entry>& entry : entries_) retired_.push_back(std::move(entry));
  entries_.clear();
}

// ---- the data thread's halves
// -----------------------------------------------------------------------------------------------

std::unique_ptr<DataHalf> Epoch::make_data_half() { return std::make_unique<DataHalf>(gate_, &total_data_.shard()); }

template <class Visit>
void Epoch::for_each_data_half(Visit&& visit) {
  for (const auto* list : {&entries_, &retired_})
    for (const std::shared_ptr<Entry>& entry : *list)
      if (entry->epoch_ == this && entry->owned_data_) visit(*entry->owned_data_);
}

void Epoch::fold(Entry& entry) {
  if (entry.data_.load(std::memory_order_relaxed) == &total_data_) return fold_total();
  DataHalf& half = *entry.owned_data_;
  half.replace(&total_data_.shard());
  gate_.wait_until_outside();
  entry.python_.absorb(half.replaced());
  half.replaced().clear();
}

void Epoch::fold_total() {
  total_data_.replace(nullptr);
  for_each_data_half(
      [this](DataHalf& half) { half.shard().total.store(&total_data_.shard(), std::memory_order_seq_cst); });
  gate_.wait_until_outside();
  if (total_->epoch_ == this) total_->python_.absorb(total_data_.replaced());
  total_data_.replaced().clear();
}

void Epoch::reset_all(double now) {
  for (const std::shared_ptr<Entry>& entry : entries_) entry->is_shown();  // those that are now stay so
  total_data_.replace(nullptr);
  for_each_data_half([this](DataHalf& half) { half.replace(&total_data_.shard()); });
  gate_.wait_until_outside();
  total_data_.replaced().clear();
  for_each_data_half([](DataHalf& half) { half.replaced().clear(); });
  // Not reset(), which would also drop what was counted since that moment.
  total_->restart(now);
  for (const std::shared_ptr<Entry>& entry : entries_) entry->restart(now);
}

void Epoch::tick(double now, std::int64_t window_seconds) {
  const auto tick_one = [&](Entry& entry) {
    entry.set_window(window_seconds);
    entry.tick(now);
  };
  tick_one(*total_);
  for (const std::shared_ptr<Entry>& entry : entries_) tick_one(*entry);
}

// ---- holds
// ------------------------------------------------------------------------------------------------------------------

EpochHold::EpochHold(Epoch& epoch) : epoch_(&epoch) {
  if (epoch.holds_++ == 0) epoch.kept_by_holds_ = epoch.shared_from_this();
}

EpochHold& EpochHold::operator=(EpochHold&& other) noexcept {
  if (this != &other) {
    release();
    epoch_ = std::exchange(other.epoch_, nullptr);
  }
  return *this;
}

void EpochHold::release() {
  Epoch* const epoch = std::exchange(epoch_, nullptr);
  if (epoch && --epoch->holds_ == 0) {
    const std::shared_ptr<Epoch> last = std::move(epoch->kept_by_holds_);
  }
}

}  // namespace acrida::stats
