#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stats/entry.h"
#include "stats/gate.h"

namespace acrida::stats {

// The entries of one test and their total. A new test starts a new epoch; requests still in flight then count into the
// old one, which lives until the last of them is back (EpochHold).
//
// Owner   RequestStats, Python views of its entries, and the holds.
// Thread  under the GIL, but view(), which is for any thread; the entries themselves as entry.h says.
// Fails   never (without memory the process ends).
class Epoch : public std::enable_shared_from_this<Epoch> {
 public:
  Epoch(std::uint64_t number, double started_at, bool use_cache);
  ~Epoch();
  Epoch(const Epoch&) = delete;
  Epoch& operator=(const Epoch&) = delete;

  std::uint64_t number() const { return number_; }
  Entry& total() { return *total_; }
  std::shared_ptr<Entry> shared_total() { return share(*total_); }

  Entry& find_or_create(std::string_view method, std::string_view name, double now);
  // The same for a request that is just being sent: is_shown() when the first one has come back, or find_or_create().
  Entry& find_or_await(std::string_view method, std::string_view name, double now);
  Entry* find(std::string_view method, std::string_view name) const;
  // In order of creation; share() what outlives the call.
  const std::vector<std::shared_ptr<Entry>>& entries() const { return entries_; }
  // The entries that are shown and the total as they are now; they live as long as the epoch, also those that are
  // removed meanwhile.
  struct View {
    const Entry* total;
    std::vector<const Entry*> entries;
  };
  View view() const;
  // For somebody who may outlive us: keeps the epoch alive, too. The entry is one of ours.
  std::shared_ptr<Entry> share(Entry& entry);

  // A person's own entry in the place of ours; from here on requests of that name are counted there.
  void put(const std::shared_ptr<Entry>& entry);
  void put_total(std::shared_ptr<Entry> entry);
  void remove(std::string_view method, std::string_view name);
  void remove_all();

  // Zero everywhere at one moment: no sample is counted in an entry and missed in the total or the other way round.
  void reset_all(double now);
  // Once a second: notes the states that percentiles of the last `window_seconds` need.
  void tick(double now, std::int64_t window_seconds = SnapshotCache::kDefaultWindow);

 private:
  friend class Entry;
  friend class EpochHold;
  struct Key {
    std::string_view method, name;  // of the entry it leads to
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      const std::hash<std::string_view> hash;
      return hash(key.name) * 31 + hash(key.method);
    }
  };

  std::unique_ptr<DataHalf> make_data_half();
  Entry& create(std::string_view method, std::string_view name, double now, bool is_only_awaited);
  void fold(Entry& entry);
  void adopt(Entry& entry);
  void release(Entry& entry);
  void fold_total();
  std::vector<std::shared_ptr<Entry>>::iterator place_of(const Entry& entry);
  template <class Visit>
  void for_each_data_half(Visit&& visit);

  const std::uint64_t number_;
  const bool use_cache_;
  Gate gate_;
  DataHalf total_data_;       // the data thread's half of whoever is the total
  mutable std::mutex mutex_;  // held while total_ or entries_ changes, and by readers without the GIL
  std::shared_ptr<Entry> total_;
  std::vector<std::shared_ptr<Entry>> entries_;
  std::vector<std::shared_ptr<Entry>> retired_;  // the data thread may still count there
  std::unordered_map<Key, Entry*, KeyHash> by_key_;
  std::int64_t holds_ = 0;
  std::shared_ptr<Epoch> kept_by_holds_;
};

// Keeps an epoch alive while an operation carries one of its recorders: made when the recorder is put into the
// operation, dropped when the operation has come back from the data thread. Both under the GIL; costs an addition.
class EpochHold {
 public:
  EpochHold() = default;
  explicit EpochHold(Epoch& epoch);
  EpochHold(EpochHold&& other) noexcept : epoch_(std::exchange(other.epoch_, nullptr)) {}
  EpochHold& operator=(EpochHold&& other) noexcept;
  ~EpochHold() { release(); }
  void release();

 private:
  Epoch* epoch_ = nullptr;
};

}  // namespace acrida::stats
