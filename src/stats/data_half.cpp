#include "stats/entry.h"

namespace acrida::stats {

DataHalf::DataHalf(Gate& gate, DataShard* total)
    : gate_(gate), live_(std::make_unique<DataShard>()), current_(live_.get()) {
  live_->total.store(total, std::memory_order_relaxed);
}

void DataHalf::record(base::Duration response_time, std::int64_t body_bytes,
                      base::Duration ended_since_epoch) noexcept {
  const DataShard::Sample sample(response_time, body_bytes, ended_since_epoch);
  gate_.enter();
  DataShard& own = shard();
  own.record(sample);
  // Read through the entry's shard: after a reset of everything no sample is in an old entry and in the new total.
  own.total.load(std::memory_order_seq_cst)->record(sample);
  gate_.leave();
}

void DataHalf::expect(base::Duration response_time, Nearness nearness) const noexcept {
  const DataShard::Sample sample(response_time, 0, base::Duration(0));
  if (nearness == Nearness::Soon)
    shard().expect(sample);
  else
    shard().expect_pages(sample);
}

void DataHalf::replace(DataShard* total) {
  if (!other_) other_ = std::make_unique<DataShard>();
  other_->total.store(total, std::memory_order_relaxed);
  current_.store(other_.get(), std::memory_order_seq_cst);
  live_.swap(other_);
}

}  // namespace acrida::stats
