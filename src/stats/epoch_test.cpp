#include "stats/epoch.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "stats/request_stats.h"

using namespace acrida::stats;
using namespace std::chrono_literals;
using acrida::base::Duration;

namespace {

constexpr double kEpochStart = 1'790'000'000;
constexpr Duration kNow = 1'790'000'001s;

// The data thread: counts into several entries as fast as it can until told to stop.
class Writer {
 public:
  Writer(RequestStats& stats, int entries) {
    std::vector<Recorder*> recorders;
    for (int i = 0; i < entries; ++i)
      recorders.push_back(stats.find_or_create("GET", std::to_string(i), kEpochStart).data_recorder());
    thread_ = std::thread([this, recorders] {
      for (std::size_t i = 0; !stop_.load(std::memory_order_relaxed); ++i) {
        recorders[i % recorders.size()]->record(std::chrono::microseconds(i % 3'000'000), 10, kNow);
        ++recorded_;
      }
    });
  }
  std::int64_t finish() {
    stop_ = true;
    thread_.join();
    return recorded_;
  }

 private:
  std::atomic<bool> stop_{false};
  std::int64_t recorded_ = 0;
  std::thread thread_;
};

std::int64_t sum_of_entries(RequestStats& stats) {
  std::int64_t sum = 0;
  for (const auto& entry : stats.current_epoch().entries()) sum += entry->num_requests();
  return sum;
}

}  // namespace

TEST_CASE("reports that reset lose no sample of a thread that goes on counting") {
  RequestStats stats(false, kEpochStart);
  Writer writer(stats, 3);
  std::int64_t in_entries = 0, in_total = 0, in_seconds = 0;
  const auto report = [&] {
    for (const auto& entry : stats.current_epoch().entries()) {
      const auto taken = entry->take(kEpochStart);
      in_entries += taken->num_requests();
      for (const auto& [second, n] : taken->requests_per_second()) in_seconds += n;
    }
    const auto total = stats.total().take(kEpochStart);
    in_total += total->num_requests();
    Histogram fine;
    CHECK(static_cast<std::int64_t>(total->fine_into(fine).total()) == total->num_requests());
  };
  for (int i = 0; i < 500; ++i) report();
  const std::int64_t recorded = writer.finish();
  report();
  CHECK(in_entries == recorded);
  CHECK(in_total == recorded);
  CHECK(in_seconds == recorded);
}

TEST_CASE("a reset of everything hits entries and total at the same moment") {
  RequestStats stats(false, kEpochStart);
  Writer writer(stats, 4);
  for (int i = 0; i < 500; ++i) stats.reset_all(kEpochStart);
  writer.finish();
  CHECK(sum_of_entries(stats) == stats.total().num_requests());
}

TEST_CASE("readers on another thread see counts that only grow") {
  RequestStats stats(false, kEpochStart);
  Writer writer(stats, 1);
  std::int64_t before = 0;
  bool only_grew = true;
  for (int i = 0; i < 2000; ++i) {
    const Counts counts = stats.total().read();
    std::int64_t in_buckets = 0;
    for (const BucketCount& bucket : counts.buckets) in_buckets += bucket.count;
    only_grew = only_grew && counts.num_requests >= before && counts.num_requests == in_buckets;
    before = counts.num_requests;
  }
  CHECK(only_grew);
  writer.finish();
}

TEST_CASE("requests in flight count into the epoch in which they began") {
  RequestStats stats(false, kEpochStart);
  Entry& old_entry = stats.find_or_create("GET", "/a", kEpochStart);
  const std::weak_ptr<Epoch> old_epoch = stats.current_epoch().weak_from_this();
  Recorder* recorder = old_entry.data_recorder();
  EpochHold hold(stats.current_epoch());

  stats.clear_all(kEpochStart + 5);
  CHECK(stats.epoch() == 1);
  recorder->record(1ms, 1, kNow);
  CHECK(old_entry.num_requests() == 1);
  CHECK(stats.total().num_requests() == 0);
  CHECK(stats.current_epoch().entries().empty());

  EpochHold second = std::move(hold);
  hold.release();
  CHECK_FALSE(old_epoch.expired());
  second.release();
  CHECK(old_epoch.expired());
}

TEST_CASE("a person's own entry takes the place of ours and is counted in the total") {
  RequestStats stats(false, kEpochStart);
  stats.find_or_create("GET", "/a", kEpochStart).log(1, 1, kEpochStart);
  auto own = std::make_shared<Entry>("GET", "/a", kEpochStart, false);
  stats.current_epoch().put(own);
  CHECK(&stats.find_or_create("GET", "/a") == own.get());
  own->log(2, 1, kEpochStart);
  own->data_recorder()->record(3ms, 1, kNow);
  CHECK(own->num_requests() == 2);
  CHECK(stats.total().num_requests() == 3);
  stats.clear_all(kEpochStart);
  CHECK(own->num_requests() == 2);
  own->log(2, 1, kEpochStart);
  CHECK(stats.total().num_requests() == 0);
}

TEST_CASE("a person's own total gets the samples from then on") {
  RequestStats stats(false, kEpochStart);
  Entry& entry = stats.find_or_create("GET", "/a", kEpochStart);
  entry.data_recorder()->record(3ms, 1, kNow);
  auto own = std::make_shared<Entry>("", "Aggregated", kEpochStart, false);
  stats.current_epoch().put_total(own);
  entry.data_recorder()->record(4ms, 1, kNow);
  entry.log(5, 1, kEpochStart);
  CHECK(own->num_requests() == 2);
  CHECK(&stats.total() == own.get());
  stats.clear_all(kEpochStart);
  CHECK(own->num_requests() == 2);
}

TEST_CASE("a removed entry may still be counted by requests in flight") {
  RequestStats stats(false, kEpochStart);
  Recorder* recorder = stats.find_or_create("GET", "/a", kEpochStart).data_recorder();
  stats.current_epoch().remove("GET", "/a");
  recorder->record(1ms, 1, kNow);
  CHECK(stats.current_epoch().entries().empty());
  CHECK(stats.total().num_requests() == 1);
}

TEST_CASE("an entry made for a request that is under way is shown when the first has come back, or somebody makes it") {
  RequestStats stats(true, kEpochStart);
  Epoch& epoch = stats.current_epoch();
  Entry& sent = stats.find_or_await("GET", "/sent", kEpochStart);
  stats.find_or_await("GET", "/asked", kEpochStart);
  CHECK(epoch.view().entries.empty());
  CHECK_FALSE(sent.is_shown());
  stats.find_or_create("GET", "/asked", kEpochStart);
  sent.log(1, 1, kEpochStart);
  CHECK(epoch.view().entries.size() == 2);
  stats.reset_all(kEpochStart + 1);
  CHECK(sent.is_shown());
  CHECK(sent.num_requests() == 0);
}

TEST_CASE("counted and reset before anybody looked: it is shown all the same") {
  RequestStats stats(true, kEpochStart);
  Entry& entry = stats.find_or_await("GET", "/a", kEpochStart);
  SUBCASE("all") {
    entry.log(1, 1, kEpochStart);
    stats.reset_all(kEpochStart + 1);
  }
  SUBCASE("one") {
    entry.log(1, 1, kEpochStart);
    entry.reset(kEpochStart + 1);
  }
  SUBCASE("taken") {
    entry.log(1, 1, kEpochStart);
    entry.take(kEpochStart + 1);
  }
  CHECK(entry.is_shown());
}
