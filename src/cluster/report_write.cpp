#include <cmath>

#include "cluster/report.h"
#include "wire/msgpack_writer.h"

namespace acrida::cluster {
namespace {

using stats::Entry;
using stats::Number;
using wire::MsgpackWriter;

void write_number(MsgpackWriter& out, Number number) { out.number(number.value, number.is_int); }
void write_maybe(MsgpackWriter& out, const std::optional<Number>& number) {
  number ? write_number(out, *number) : static_cast<void>(out.nil());
}
void write_moment(MsgpackWriter& out, const std::optional<double>& at) { at ? out.number(*at) : out.nil(); }

MsgpackWriter& write_bucket_ms(MsgpackWriter& out, double ms) {
  const bool is_whole = std::abs(ms) < 1e15 && std::nearbyint(ms) == ms;
  return is_whole ? out.integer(static_cast<std::int64_t>(ms)) : out.number(ms);
}
void write_buckets(MsgpackWriter& out, const stats::BucketCounts& buckets) {
  out.map(buckets.size());
  for (const stats::BucketCount& bucket : buckets) write_bucket_ms(out, bucket.ms).integer(bucket.count);
}
void write_seconds(MsgpackWriter& out, const std::vector<stats::SecondCount>& seconds) {
  out.map(seconds.size());
  for (const auto& [second, count] : seconds) out.integer(second).integer(count);
}
void write_classes(MsgpackWriter& out, const ClassCounts& classes) {
  out.map(classes.size());
  for (const auto& [name, count] : classes) out.text(name).integer(count);
}

// In the order in which Locust serialises an entry.
void base_entry(MsgpackWriter& out, const Entry& entry) {
  const stats::Counts counts = entry.read();
  out.map(14).key("name").text(entry.name()).key("method").text(entry.method()).key("last_request_timestamp");
  write_moment(out, counts.last_request_at);
  out.key("start_time").number(counts.start_time).key("num_requests").integer(counts.num_requests);
  out.key("num_none_requests").integer(counts.num_none_requests).key("num_failures").integer(counts.num_failures);
  write_number(out.key("total_response_time"), counts.total_ms);
  write_number(out.key("max_response_time"), counts.max_ms);
  write_maybe(out.key("min_response_time"), counts.min_ms);
  write_number(out.key("total_content_length"), counts.total_length);
  write_buckets(out.key("response_times"), counts.buckets);
  write_seconds(out.key("num_reqs_per_sec"), entry.requests_per_second());
  write_seconds(out.key("num_fail_per_sec"), entry.failures_per_second());
}

void frame_entry(MsgpackWriter& out, const Entry& entry) {
  const stats::Counts counts = entry.read();
  out.array(15).text(entry.name()).text(entry.method());
  write_moment(out, counts.last_request_at);
  out.number(counts.start_time).integer(counts.num_requests).integer(counts.num_none_requests);
  out.integer(counts.num_failures);
  write_number(out, counts.total_ms);
  write_number(out, counts.max_ms);
  write_maybe(out, counts.min_ms);
  write_number(out, counts.total_length);
  write_buckets(out, counts.buckets);
  write_seconds(out, entry.requests_per_second());
  write_seconds(out, entry.failures_per_second());
  std::vector<CountAt> fine;
  stats::Histogram histogram;
  entry.fine_into(histogram).for_each([&](std::size_t index, std::uint64_t count) {
    fine.push_back({static_cast<std::int64_t>(index), static_cast<std::int64_t>(count)});
  });
  out.map(fine.size());
  for (const CountAt& each : fine) out.integer(each.at).integer(each.count);
}

void base_error(MsgpackWriter& out, const ErrorReport& error) {
  out.key(error_key(error.method, error.name, error.text)).map(6).key("name").text(error.name);
  out.key("method").text(error.method).key("error").text(error.text);
  out.key("occurrences").integer(error.occurrences);
  out.key("first_seen").number(error.first_seen).key("last_seen").number(error.last_seen);
}

ErrorReport as_report(const stats::ErrorRecord& record) {
  return {record.method,           record.name,           record.text, record.occurrences.get(),
          record.first_seen.get(), record.last_seen.get()};
}

void frame_error(MsgpackWriter& out, const stats::ErrorRecord& record) {
  out.array(6).text(record.method).text(record.name).text(record.text).integer(record.occurrences.get());
  out.number(record.first_seen.get()).number(record.last_seen.get());
}

// A row that was read, written again as the base dialect has it.
class AsBase {
 public:
  AsBase(MsgpackWriter& out, const Report& report) : out_(out), report_(report) {}

  void entry(const EntryReport& entry) {
    out_.map(14).key("name").text(entry.name).key("method").text(entry.method).key("last_request_timestamp");
    write_moment(out_, entry.last_request_at);
    out_.key("start_time").number(entry.start_time).key("num_requests").integer(entry.num_requests);
    out_.key("num_none_requests").integer(entry.num_none_requests).key("num_failures").integer(entry.num_failures);
    write_number(out_.key("total_response_time"), entry.total_ms);
    write_number(out_.key("max_response_time"), entry.max_ms);
    write_maybe(out_.key("min_response_time"), entry.min_ms);
    write_number(out_.key("total_content_length"), entry.total_length);
    out_.key("response_times").map(size(entry.buckets) + size(entry.odd_buckets));
    for (std::size_t i = entry.buckets.first; i < entry.buckets.last; ++i)
      out_.integer(static_cast<std::int64_t>(stats::RoundedBuckets::ms_of(report_.buckets[i].place)))
          .integer(report_.buckets[i].count);
    for (std::size_t i = entry.odd_buckets.first; i < entry.odd_buckets.last; ++i)
      write_bucket_ms(out_, report_.odd_buckets[i].ms).integer(report_.odd_buckets[i].count);
    counts("num_reqs_per_sec", entry.per_second);
    counts("num_fail_per_sec", entry.failures_per_second);
  }

 private:
  static std::size_t size(const EntryReport::Range& range) { return range.last - range.first; }
  void counts(std::string_view name, const EntryReport::Range& range) {
    out_.key(name).map(size(range));
    pairs(range);
  }
  void pairs(const EntryReport::Range& range) {
    for (std::size_t i = range.first; i < range.last; ++i)
      out_.integer(report_.counts[i].at).integer(report_.counts[i].count);
  }
  MsgpackWriter& out_;
  const Report& report_;
};

}  // namespace

Taken take_out(stats::RequestStats& statistics, double now) {
  Taken taken;
  for (const auto& entry : statistics.current_epoch().entries())
    if (entry->num_requests() != 0 || entry->num_failures() != 0) taken.entries.push_back(entry->take(now));
  taken.total = statistics.total().take(now);
  const auto& errors = statistics.errors().records();
  taken.errors.assign(errors.begin(), errors.end());
  statistics.errors().clear();
  return taken;
}

std::string base_report_data(const Taken& taken) {
  std::string data;
  MsgpackWriter out(data);
  out.map(5 + taken.extra_pairs).raw(taken.extra).key("stats").array(taken.entries.size());
  for (const auto& entry : taken.entries) base_entry(out, *entry);
  base_entry(out.key("stats_total"), *taken.total);
  out.key("errors").map(taken.errors.size());
  for (const auto& record : taken.errors) base_error(out, as_report(*record));
  write_classes(out.key("user_classes_count"), taken.user_classes);
  out.key("user_count").integer(sum(taken.user_classes));
  return data;
}

std::string frame_data(const Taken& taken, std::uint64_t sequence) {
  std::string data;
  MsgpackWriter out(data);
  out.map(7).key("sequence").integer(static_cast<std::int64_t>(sequence));
  out.key("run").integer(static_cast<std::int64_t>(taken.run)).key("entries").array(taken.entries.size());
  for (const auto& entry : taken.entries) frame_entry(out, *entry);
  frame_entry(out.key("total"), *taken.total);
  out.key("errors").array(taken.errors.size());
  for (const auto& record : taken.errors) frame_error(out, *record);
  write_classes(out.key("user_classes_count"), taken.user_classes);
  out.key("extra").map(taken.extra_pairs).raw(taken.extra);
  return data;
}

std::string as_base_report(const Report& frame) {
  std::string data;
  MsgpackWriter out(data);
  AsBase rows(out, frame);
  out.map(5 + frame.extra_pairs).raw(frame.extra).key("stats").array(frame.entries.size());
  for (const EntryReport& entry : frame.entries) rows.entry(entry);
  out.key("stats_total");
  rows.entry(frame.total);
  out.key("errors").map(frame.errors.size());
  for (const ErrorReport& error : frame.errors) base_error(out, error);
  const ClassCounts classes = frame.user_classes.value_or(ClassCounts{});
  write_classes(out.key("user_classes_count"), classes);
  out.key("user_count").integer(sum(classes));
  return data;
}

std::string entry_row(const Entry& entry) {
  std::string data;
  MsgpackWriter out(data);
  frame_entry(out, entry);
  return data;
}

std::string error_row(const stats::ErrorRecord& record) {
  std::string data;
  MsgpackWriter out(data);
  frame_error(out, record);
  return data;
}

}  // namespace acrida::cluster
