#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <algorithm>

#include "python/number_caster.h"
#include "stats/entry.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {

nb::dict to_dict(const stats::BucketCounts& buckets) {
  nb::dict counts;
  for (const stats::BucketCount& bucket : buckets) counts[nb::cast(BucketKey{bucket.ms})] = bucket.count;
  return counts;
}

stats::BucketCounts to_buckets(nb::handle mapping) {
  stats::BucketCounts buckets;
  for (auto [key, count] : nb::cast<nb::dict>(mapping))
    buckets.push_back({nb::cast<stats::Number>(key).value, nb::cast<std::int64_t>(count)});
  std::sort(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) { return a.ms < b.ms; });
  return buckets;
}

namespace {

using stats::Entry;
using stats::Number;

nb::dict seconds_to_dict(const std::vector<stats::SecondCount>& seconds) {
  nb::dict counts;
  for (const auto& [second, count] : seconds) counts[nb::int_(second)] = count;
  return counts;
}

void set_seconds(stats::SecondsSeries& series, nb::handle mapping) {
  series.clear();
  for (auto [second, count] : nb::cast<nb::dict>(mapping))
    series.add(nb::cast<std::int64_t>(second), nb::cast<std::int64_t>(count));
}

// In the order and under the names that reports between nodes have.
nb::dict serialize(const Entry& entry) {
  const stats::Counts counts = entry.read();
  nb::dict fields;
  fields["name"] = entry.name();
  fields["method"] = entry.method();
  fields["last_request_timestamp"] = nb::cast(counts.last_request_at);
  fields["start_time"] = counts.start_time;
  fields["num_requests"] = counts.num_requests;
  fields["num_none_requests"] = counts.num_none_requests;
  fields["num_failures"] = counts.num_failures;
  fields["total_response_time"] = nb::cast(counts.total_ms);
  fields["max_response_time"] = nb::cast(counts.max_ms);
  fields["min_response_time"] = nb::cast(counts.min_ms);
  fields["total_content_length"] = nb::cast(counts.total_length);
  fields["response_times"] = to_dict(counts.buckets);
  fields["num_reqs_per_sec"] = seconds_to_dict(entry.requests_per_second());
  fields["num_fail_per_sec"] = seconds_to_dict(entry.failures_per_second());
  return fields;
}

void bind_counts(nb::class_<Entry>& entry) {
  entry
      .def_prop_rw("num_requests", &Entry::num_requests, [](Entry& e, std::int64_t n) { e.fold().num_requests.set(n); })
      .def_prop_rw("num_none_requests", &Entry::num_none_requests,
                   [](Entry& e, std::int64_t n) { e.fold().num_none_requests.set(n); })
      .def_prop_rw("num_failures", &Entry::num_failures, [](Entry& e, std::int64_t n) { e.fold().num_failures.set(n); })
      .def_prop_rw("total_response_time", &Entry::total_ms, [](Entry& e, Number n) { e.fold().total_ms.set(n); })
      .def_prop_rw("max_response_time", &Entry::max_ms, [](Entry& e, Number n) { e.fold().max_ms.set(n); })
      .def_prop_rw(
          "min_response_time", &Entry::min_ms,
          [](Entry& e, std::optional<Number> n) {
            stats::PythonShard& shard = e.fold();
            shard.min_ms.set(n.value_or(Number{}));
            shard.has_min.set(n.has_value());
          },
          nb::for_setter("value"_a.none()))
      .def_prop_rw("total_content_length", &Entry::total_length,
                   [](Entry& e, Number n) { e.fold().total_length.set(n); })
      .def_prop_rw("start_time", &Entry::start_time, &Entry::set_start_time)
      .def_prop_rw(
          "last_request_timestamp", &Entry::last_request_at,
          [](Entry& e, std::optional<double> at) {
            stats::PythonShard& shard = e.fold();
            shard.last_request_at.set(at.value_or(0));
            shard.has_last.set(at.has_value());
          },
          nb::for_setter("value"_a.none()))
      .def_prop_rw(
          "response_times", [](const Entry& e) { return to_dict(e.buckets()); },
          [](Entry& e, nb::handle counts) { e.fold().set_buckets(to_buckets(counts)); })
      .def_prop_rw(
          "num_reqs_per_sec", [](const Entry& e) { return seconds_to_dict(e.requests_per_second()); },
          [](Entry& e, nb::handle counts) { set_seconds(e.fold().requests_per_second, counts); })
      .def_prop_rw(
          "num_fail_per_sec", [](const Entry& e) { return seconds_to_dict(e.failures_per_second()); },
          [](Entry& e, nb::handle counts) { set_seconds(e.fold().failures_per_second, counts); });
}

// {second: (buckets, requests, requests without a time)}
nb::object snapshots(Entry& entry) {
  const std::optional<Entry::Snapshots> copied = entry.snapshots();
  if (!copied) return nb::none();
  nb::dict states;
  for (const auto& [second, state] : *copied)
    states[nb::int_(second)] = nb::make_tuple(to_dict(state.buckets), state.num_requests, state.num_none_requests);
  return states;
}

void bind_cache(nb::class_<Entry>& entry) {
  entry.def_prop_ro("has_cache", &Entry::has_cache)
      .def("use_cache", &Entry::use_cache, "wanted"_a, "now"_a)
      .def("tick", &Entry::tick, "now"_a)
      .def("snapshots", &snapshots)
      .def("put_snapshot", nb::overload_cast<std::int64_t>(&Entry::put_snapshot), "second"_a)
      .def(
          "set_snapshot",
          [](Entry& e, std::int64_t second, nb::handle buckets, std::int64_t requests, std::int64_t none_requests) {
            e.put_snapshot(second, {to_buckets(buckets), requests, none_requests});
          },
          "second"_a, "response_times"_a, "num_requests"_a, "num_none_requests"_a)
      .def("remove_snapshot", &Entry::remove_snapshot, "second"_a)
      .def(
          "current_percentile",
          [](Entry& e, double p, double now, std::int64_t window) -> std::optional<BucketKey> {
            e.set_window(window);
            const std::optional<double> ms = e.current_percentile(p, now);
            return ms ? std::optional(BucketKey{*ms}) : std::nullopt;
          },
          "p"_a, "now"_a, "window"_a);
}

}  // namespace

void bind_entry(nb::module_& m) {
  nb::class_<Entry> entry(m, "Entry", "The counts of one method and name, or of the whole run.");
  entry
      .def(
          "__init__",
          [](Entry* self, std::string method, std::string name, double start_time, bool use_cache) {
            new (self) Entry(std::move(method), std::move(name), start_time, use_cache);
          },
          "method"_a, "name"_a, "start_time"_a, "use_cache"_a = false)
      .def_prop_ro("method", &Entry::method)
      .def_prop_ro("name", &Entry::name)
      .def(
          "log",
          [](Entry& e, std::optional<Number> ms, Number length, double now, std::optional<double> bucket) {
            e.log_here(ms, length, now, bucket ? &*bucket : nullptr);
          },
          "response_time"_a.none(), "content_length"_a, "now"_a, "bucket"_a = nb::none())
      .def("log_error", &Entry::log_error_here, "now"_a)
      .def("reset", &Entry::reset, "now"_a)
      .def("extend", &Entry::extend, "other"_a)
      .def("take", &Entry::take, "now"_a)
      .def("serialize", &serialize)
      .def(
          "percentile",
          [](const Entry& e, double p) {
            const stats::Counts counts = e.read();
            return BucketKey{stats::percentile(counts.buckets, counts.timed_requests(), p)};
          },
          "p"_a)
      .def("percentile_us", &Entry::percentile_us, "p"_a);
  bind_counts(entry);
  bind_cache(entry);
}

}  // namespace acrida::python
