#pragma once

#include <cstdint>
#include <optional>

#include "stats/histogram.h"
#include "stats/rounded_buckets.h"
#include "stats/seconds_series.h"

// What is computed from counts; pure functions, by Locust's definitions.
namespace acrida::stats {

// The bucket at fraction `p` (0…1) of `timed_requests` samples, counted from the slowest; 0 without any.
double percentile(const BucketCounts& buckets, std::int64_t timed_requests, double p);

// `newer` minus `older`; buckets that did not grow are left out.
BucketCounts difference(const BucketCounts& newer, const BucketCounts& older);

// Microseconds at fraction `p`, with the histogram's 0.1 %; 0 without samples.
std::uint64_t percentile_us(const Histogram& histogram, double p);
std::uint64_t percentile_us(const Histogram& first, const Histogram& second, double p);  // of both together

// Failures per request; 1 where there are failures without requests.
double fail_ratio(std::int64_t failures, std::int64_t requests);

double average(double sum, std::int64_t count);  // 0 without any

// When a run's requests began and when the newest one ended (epoch seconds): rates of every entry refer to the total's.
struct Period {
  double started_at = 0;
  std::optional<double> last_request_at;
};
double total_rate(std::int64_t count, const Period& period);

// The seconds a current rate is the mean of: ten of them, ending two before the newest request. Empty: first > last.
struct Window {
  std::int64_t first = 0, last = -1;
  std::int64_t seconds() const { return last < first ? 0 : last - first + 1; }
};
Window current_window(const Period& period);

}  // namespace acrida::stats
