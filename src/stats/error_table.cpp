#include "stats/error_table.h"

#include <fmt/core.h>

#include <algorithm>

namespace acrida::stats {
namespace {

// As the original joins them before hashing.
void make_key(std::string& key, std::string_view method, std::string_view name, std::string_view text) {
  key.assign(method).append(1, '.').append(name).append(1, '.').append(text);
}

}  // namespace

void ErrorRecord::occurred(double now) {
  occurrences.add(1);
  if (first_seen.get() == 0) first_seen.set(now);
  last_seen.set(now);
}

std::string mask_address(std::string_view text) {
  constexpr std::string_view kBefore = "object at 0x";
  const std::size_t found = text.find(kBefore);
  const std::size_t start = found == text.npos ? text.npos : found + kBefore.size() - 2;  // at "0x"
  const std::size_t end = start == text.npos ? text.npos : text.find('>', start);
  if (end == text.npos) return std::string(text);
  const std::string_view address = text.substr(start, end - start);
  std::string masked;
  for (std::size_t at = 0;;) {
    const std::size_t next = text.find(address, at);
    masked.append(text.substr(at, next == text.npos ? text.npos : next - at));
    if (next == text.npos) return masked;
    masked.append("0x....");
    at = next + address.size();
  }
}

const std::shared_ptr<ErrorRecord>& ErrorTable::log(std::string_view method, std::string_view name,
                                                    std::string_view text, double now) {
  const std::shared_ptr<ErrorRecord>& record = find_or_create(method, name, text);
  record->occurred(now);
  return record;
}

const std::shared_ptr<ErrorRecord>& ErrorTable::find_or_create(std::string_view method, std::string_view name,
                                                               std::string_view text) {
  make_key(key_, method, name, text);
  if (const auto found = places_.find(key_); found != places_.end()) return records_[found->second];
  if (records_.size() >= limit_) return overflow();
  places_.emplace(key_, records_.size());
  std::lock_guard lock(mutex_);
  return records_.emplace_back(std::make_shared<ErrorRecord>(method, name, text));
}

const std::shared_ptr<ErrorRecord>& ErrorTable::overflow() {
  const std::string text = fmt::format("more than {} different errors: all others are counted here", limit_);
  make_key(key_, "", "", text);
  if (const auto found = places_.find(key_); found != places_.end()) return records_[found->second];
  places_.emplace(key_, records_.size());
  std::lock_guard lock(mutex_);
  return records_.emplace_back(std::make_shared<ErrorRecord>("", "", text));
}

void ErrorTable::put(std::shared_ptr<ErrorRecord> record) {
  make_key(key_, record->method, record->name, record->text);
  const auto [place, is_new] = places_.emplace(key_, records_.size());
  std::lock_guard lock(mutex_);
  if (is_new)
    records_.push_back(std::move(record));
  else
    records_[place->second].swap(record);  // the old one dies after the lock: it may be Python's
}

void ErrorTable::remove(const ErrorRecord& record) {
  make_key(key_, record.method, record.name, record.text);
  const auto found = places_.find(key_);
  if (found == places_.end()) return;
  const std::size_t index = found->second;
  const std::shared_ptr<ErrorRecord> removed = records_[index];  // dies after the lock: it may be Python's
  std::lock_guard lock(mutex_);
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(index));
  places_.erase(found);
  for (auto& [key, place] : places_)
    if (place > index) --place;
}

void ErrorTable::clear() {
  Records cleared;  // die after the lock: some may be Python's
  {
    std::lock_guard lock(mutex_);
    records_.swap(cleared);
  }
  places_.clear();
}

std::vector<ErrorCopy> ErrorTable::copy() const {
  std::lock_guard lock(mutex_);
  std::vector<ErrorCopy> copies;
  copies.reserve(records_.size());
  for (const auto& record : records_)
    copies.push_back({record->method, record->name, record->text, record->occurrences.get(), record->first_seen.get(),
                      record->last_seen.get()});
  return copies;
}

}  // namespace acrida::stats
