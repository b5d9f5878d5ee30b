#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "cluster/fields.h"
#include "cluster/report.h"
#include "cluster/text.h"

namespace acrida::cluster {
namespace {

using wire::MsgpackReader;
using Kind = MsgpackReader::Kind;

// Reads the parts of a report into its tables; both dialects are made of the same parts.
class Parts {
 public:
  Parts(MsgpackReader& reader, Report& report) : in_(reader), report_(report) {}

  std::string_view name() {
    if (in_.try_nil()) return {};
    const std::string_view text = in_.read_text();
    if (text.size() > kLongestName) in_.fail("a name or text of more than 64 KiB");
    return is_utf8(text) ? text : report_.repaired.emplace_back(as_utf8(text));
  }
  std::int64_t count() { return in_.try_nil() ? 0 : times(); }
  // In a table.
  std::int64_t times() {
    const std::int64_t value = in_.read_integer();
    if (value < 0 || value > kMostCounted) in_.fail("a count that cannot be");
    return value;
  }
  stats::Number number() {
    if (in_.try_nil()) return {};
    const bool is_integer = !in_.next_is_float();
    const double value = in_.read_number();
    if (!std::isfinite(value)) in_.fail("a number that is not finite");
    return {value, is_integer};
  }
  std::optional<stats::Number> maybe_number() {
    if (in_.try_nil()) return std::nullopt;
    return number();
  }
  double moment() {
    const double at = read_finite(in_);
    if (at < 0 || at > static_cast<double>(kLastSecond)) in_.fail("a time that cannot be");
    return at;
  }
  std::optional<double> maybe_moment() {
    if (in_.try_nil()) return std::nullopt;
    return moment();
  }
  // Seconds since the epoch. As many as a worker can have that was cut off for hours, and no more: each page of them
  // takes memory for the whole test.
  EntryReport::Range seconds() { return counts(kMostSeconds, kLastSecond); }
  // Java workers have no table of failures: as many of each second's requests have failed as of all.
  EntryReport::Range failures_like_requests(const EntryReport& entry) {
    double all = 0, until_here = 0;
    for (std::size_t i = entry.per_second.first; i < entry.per_second.last; ++i)
      all += static_cast<double>(report_.counts[i].count);
    EntryReport::Range range{report_.counts.size(), 0};
    std::int64_t told = 0;
    for (std::size_t i = entry.per_second.first; i < entry.per_second.last && all > 0; ++i) {
      until_here += static_cast<double>(report_.counts[i].count);
      const auto due = static_cast<std::int64_t>(static_cast<double>(entry.num_failures) * (until_here / all));
      if (due > told) report_.counts.push_back({report_.counts[i].at, due - std::exchange(told, due)});
    }
    range.last = report_.counts.size();
    return range;
  }
  // Indexes of the fine histogram.
  EntryReport::Range fine() { return counts(kIndexes, static_cast<std::int64_t>(kIndexes) - 1); }
  // Keys are whole milliseconds, unless a person's own bucket function made them.
  void buckets(EntryReport& entry) {
    entry.buckets.first = report_.buckets.size();
    entry.odd_buckets.first = report_.odd_buckets.size();
    if (!in_.try_nil())
      for (std::uint32_t left = map(kMostBuckets); left > 0 && in_.ok();) {
        const std::uint32_t read = small_buckets(std::min(left, kBucketsAtOnce));
        if (read == 0) bucket();
        left -= std::max(read, 1u);
      }
    entry.buckets.last = report_.buckets.size();
    entry.odd_buckets.last = report_.odd_buckets.size();
  }

 private:
  static constexpr std::size_t kLongestName = 64 * 1024;
  static constexpr std::uint32_t kMostBuckets = 5'000, kMostSeconds = 20'000, kBucketsAtOnce = 64;
  static constexpr std::int64_t kLastSecond = 1LL << 34, kMostCounted = 1LL << 50;
  static constexpr std::uint32_t kIndexes = stats::Histogram::kPages * stats::Histogram::kPageSize;

  std::uint32_t map(std::uint32_t most) {
    const std::uint32_t pairs = in_.read_map();
    if (pairs > most) in_.fail("a table with more places than there can be");
    return pairs;
  }
  EntryReport::Range counts(std::uint32_t most, std::int64_t last_key) {
    EntryReport::Range range{report_.counts.size(), 0};
    if (!in_.try_nil())
      for (std::uint32_t left = map(most); left > 0 && in_.ok(); --left) {
        const std::int64_t key = in_.read_integer();
        if (key < 0 || key > last_key) in_.fail("a place in a table that cannot be");
        report_.counts.push_back({key, times()});
      }
    range.last = report_.counts.size();
    return range;
  }
  // How many of them were of that kind.
  std::uint32_t small_buckets(std::uint32_t most) {
    std::vector<CountInPlace>& buckets = report_.buckets;
    const std::size_t before = buckets.size();
    buckets.resize(before + most);
    CountInPlace* next = buckets.data() + before;
    // Below 100 ms each millisecond has its place.
    std::uint32_t read = in_.read_tiny_pairs(most, 100, [&](unsigned char ms, unsigned char n) { *next++ = {ms, n}; });
    read += in_.read_small_pairs(most - read, [&](std::uint32_t ms, std::uint32_t n) {
      const auto place = stats::RoundedBuckets::place_of_bucket(std::int64_t{ms});
      if (place.index < stats::RoundedBuckets::kDense)
        *next++ = {static_cast<std::uint16_t>(place.index), static_cast<std::uint16_t>(n)};
      else
        report_.odd_buckets.push_back({place.ms, n});
    });
    buckets.resize(static_cast<std::size_t>(next - buckets.data()));
    return read;
  }
  void bucket() {
    if (in_.next_is_float()) return float_bucket();
    const std::int64_t ms = in_.read_integer();
    put(stats::RoundedBuckets::place_of_bucket(ms), static_cast<double>(ms), times());
  }
  void float_bucket() {
    const double ms = read_finite(in_);
    const std::int64_t n = count();
    put(stats::RoundedBuckets::place_of_bucket(ms), ms, n);
  }
  void put(stats::RoundedBuckets::Place place, double ms, std::int64_t n) {
    if (place.index < stats::RoundedBuckets::kDense && n <= std::numeric_limits<std::uint16_t>::max())
      report_.buckets.push_back({static_cast<std::uint16_t>(place.index), static_cast<std::uint16_t>(n)});
    else
      report_.odd_buckets.push_back({ms, n});
  }

  MsgpackReader& in_;
  Report& report_;
};

struct Field {
  std::string_view packed;  // the key as everybody writes it, a short text
  void (*read)(Parts& parts, EntryReport& entry);
  constexpr std::string_view key() const { return packed.substr(1); }
};
// In the order in which everybody writes them.
constexpr std::array kFields = {
    Field{"\xa4name", [](Parts& in, EntryReport& entry) { entry.name = in.name(); }},
    Field{"\xa6method", [](Parts& in, EntryReport& entry) { entry.method = in.name(); }},
    Field{"\xb6last_request_timestamp",
          [](Parts& in, EntryReport& entry) { entry.last_request_at = in.maybe_moment(); }},
    Field{"\xaastart_time", [](Parts& in, EntryReport& entry) { entry.start_time = in.moment(); }},
    Field{"\xacnum_requests", [](Parts& in, EntryReport& entry) { entry.num_requests = in.count(); }},
    Field{"\xb1num_none_requests", [](Parts& in, EntryReport& entry) { entry.num_none_requests = in.count(); }},
    Field{"\xacnum_failures", [](Parts& in, EntryReport& entry) { entry.num_failures = in.count(); }},
    Field{"\xb3total_response_time", [](Parts& in, EntryReport& entry) { entry.total_ms = in.number(); }},
    Field{"\xb1max_response_time", [](Parts& in, EntryReport& entry) { entry.max_ms = in.number(); }},
    Field{"\xb1min_response_time", [](Parts& in, EntryReport& entry) { entry.min_ms = in.maybe_number(); }},
    Field{"\xb4total_content_length", [](Parts& in, EntryReport& entry) { entry.total_length = in.number(); }},
    Field{"\xaeresponse_times", [](Parts& in, EntryReport& entry) { in.buckets(entry); }},
    Field{"\xb0num_reqs_per_sec", [](Parts& in, EntryReport& entry) { entry.per_second = in.seconds(); }},
    Field{"\xb0num_fail_per_sec", [](Parts& in, EntryReport& entry) { entry.failures_per_second = in.seconds(); }},
};
static_assert([] {
  for (const Field& each : kFields)
    if (static_cast<unsigned char>(each.packed[0]) != (0xa0 | each.key().size())) return false;
  return true;
}());

template <std::size_t kIndex>
bool read_usual_field(MsgpackReader& in, Parts& parts, EntryReport& entry) {
  if (!in.try_bytes(kFields[kIndex].packed)) return false;
  kFields[kIndex].read(parts, entry);
  return true;
}
// Those fields that stand where everybody has them, each with code of its own that looks for nothing: how many.
template <std::size_t... kIndex>
std::uint32_t read_usual_fields(MsgpackReader& in, Parts& parts, EntryReport& entry, std::uint32_t most,
                                std::index_sequence<kIndex...>) {
  std::uint32_t done = 0;
  static_cast<void>(((done < most && read_usual_field<kIndex>(in, parts, entry) && ++done) && ...));
  return done;
}

EntryReport read_entry(MsgpackReader& in, Parts& parts) {
  EntryReport entry;
  const std::uint32_t fields = in.read_map();
  const std::uint32_t usual = read_usual_fields(in, parts, entry, fields, std::make_index_sequence<kFields.size()>());
  bool has_failures_per_second = usual == kFields.size();
  read_pairs(in, fields - usual, [&](std::string_view key) {
    const auto found =
        std::find_if(kFields.begin(), kFields.end(), [&](const Field& each) { return each.key() == key; });
    if (found == kFields.end()) return false;
    has_failures_per_second |= found == &kFields.back();
    found->read(parts, entry);
    return true;
  });
  if (!has_failures_per_second && entry.num_failures > 0)
    entry.failures_per_second = parts.failures_like_requests(entry);
  return entry;
}

void read_errors(MsgpackReader& in, Parts& parts, Report& report) {
  if (in.try_nil()) return;
  for (std::uint32_t left = in.read_map(); left > 0 && in.ok(); --left) {
    in.skip();  // the key: rows meet by what they say, whatever hash a worker makes of it
    ErrorReport error;
    read_fields(in, [&](std::string_view key) {
      if (key == "name") return error.name = parts.name(), true;
      if (key == "method") return error.method = parts.name(), true;
      if (key == "error") return error.text = parts.name(), true;
      if (key == "occurrences") return error.occurrences = parts.count(), true;
      if (key == "first_seen") return error.first_seen = parts.moment(), true;
      if (key == "last_seen") return error.last_seen = parts.moment(), true;
      return false;
    });
    report.errors.push_back(error);
  }
}

void read_entries(MsgpackReader& in, Parts& parts, Report& report) {
  if (in.try_nil()) return;
  for (std::uint32_t left = in.read_array(); left > 0 && in.ok(); --left)
    report.entries.push_back(read_entry(in, parts));
}

// An array of 15, in the order of frame_entry() in report_write.cpp.
EntryReport read_frame_entry(MsgpackReader& in, Parts& parts) {
  EntryReport entry;
  if (in.read_array() != 15 && in.ok()) in.fail("a row of a frame that has not 15 parts");
  entry.name = parts.name();
  entry.method = parts.name();
  entry.last_request_at = parts.maybe_moment();
  entry.start_time = parts.moment();
  entry.num_requests = parts.count();
  entry.num_none_requests = parts.count();
  entry.num_failures = parts.count();
  entry.total_ms = parts.number();
  entry.max_ms = parts.number();
  entry.min_ms = parts.maybe_number();
  entry.total_length = parts.number();
  parts.buckets(entry);
  entry.per_second = parts.seconds();
  entry.failures_per_second = parts.seconds();
  entry.fine = parts.fine();
  return entry;
}

ErrorReport read_frame_error(MsgpackReader& in, Parts& parts) {
  ErrorReport error;
  if (in.read_array() != 6 && in.ok()) in.fail("an error of a frame that has not 6 parts");
  error.method = parts.name();
  error.name = parts.name();
  error.text = parts.name();
  error.occurrences = parts.count();
  error.first_seen = parts.moment();
  error.last_seen = parts.moment();
  return error;
}

void read_extra(MsgpackReader& in, Report& report) {
  report.extra_pairs = in.read_map();
  const std::size_t from = in.position();
  for (std::size_t left = 2 * report.extra_pairs; left > 0 && in.ok(); --left) in.skip();
  report.extra = in.bytes_since(from);
}

bool read_frame_field(MsgpackReader& in, Parts& parts, std::string_view key, Report& report) {
  if (key == "sequence") return report.sequence = read_count(in), true;
  if (key == "run") return report.run = read_count(in), true;
  if (key == "user_classes_count") return report.user_classes = read_class_counts(in), true;
  if (key == "total") return report.total = read_frame_entry(in, parts), report.has_total = true;
  if (key == "extra") return read_extra(in, report), true;
  if (key == "entries") {
    for (std::uint32_t left = in.read_array(); left > 0 && in.ok(); --left)
      report.entries.push_back(read_frame_entry(in, parts));
    return true;
  }
  if (key == "errors") {
    for (std::uint32_t left = in.read_array(); left > 0 && in.ok(); --left)
      report.errors.push_back(read_frame_error(in, parts));
    return true;
  }
  return false;
}

bool is_read(MsgpackReader& in, std::string& problem) {
  if (in.ok() && !in.at_end()) in.fail("more bytes than the report has");
  if (!in.ok()) problem = in.problem();
  return in.ok();
}

}  // namespace

void Report::clear() {
  entries.clear();
  total = {};
  has_total = false;
  errors.clear();
  counts.clear();
  buckets.clear();
  odd_buckets.clear();
  repaired.clear();
  user_classes.reset();
  extra = {};
  extra_pairs = 0;
  sequence = run = 0;
}

bool read_base_report(std::string_view data, const wire::MsgpackLimits& limits, Report& report, std::string& problem) {
  report.clear();
  MsgpackReader in(data, limits);
  Parts parts(in, report);
  bool has_entries = false;
  read_fields(in, [&](std::string_view key) {
    if (key == "stats") return read_entries(in, parts, report), has_entries = true;
    if (key == "stats_total") return report.total = read_entry(in, parts), report.has_total = true;
    if (key == "errors") return read_errors(in, parts, report), true;
    if (key == "user_classes_count") return report.user_classes = read_class_counts(in), true;
    return false;
  });
  if (in.ok() && !has_entries && !report.has_total) in.fail("a report without statistics");
  return is_read(in, problem);
}

bool read_frame(std::string_view data, const wire::MsgpackLimits& limits, Report& report, std::string& problem) {
  report.clear();
  MsgpackReader in(data, limits);
  Parts parts(in, report);
  read_fields(in, [&](std::string_view key) { return read_frame_field(in, parts, key, report); });
  if (in.ok() && (report.sequence == 0 || !report.has_total)) in.fail("a frame without a number or a total");
  return is_read(in, problem);
}

bool read_entry_row(std::string_view value, Report& report) {
  report.clear();
  MsgpackReader in(value);
  Parts parts(in, report);
  report.total = read_frame_entry(in, parts);
  return in.ok() && (report.has_total = true);
}

bool read_error_row(std::string_view value, Report& report) {
  report.clear();
  MsgpackReader in(value);
  Parts parts(in, report);
  report.errors.push_back(read_frame_error(in, parts));
  return in.ok();
}

}  // namespace acrida::cluster
