#include "stats/request_stats.h"

namespace acrida::stats {

void RequestStats::log_request(std::string_view method, std::string_view name, std::optional<Number> time_ms,
                               Number length, double now, const double* bucket) {
  total().log_here(time_ms, length, now, bucket);
  find_or_create(method, name, now).log_here(time_ms, length, now, bucket);
}

void RequestStats::log_failure(std::string_view method, std::string_view name, double now) {
  total().log_error_here(now);
  find_or_create(method, name, now).log_error_here(now);
}

bool RequestStats::log_error(std::string_view method, std::string_view name, std::string_view text, double now) {
  log_failure(method, name, now);
  const std::size_t before = errors().records().size();
  errors().log(method, name, text, now);
  return errors().records().size() != before;
}

void RequestStats::clear_all(double now) {
  epoch_ = std::make_shared<Epoch>(epoch_->number() + 1, now, use_cache_);
  shelf_->put_epoch(epoch_);
  errors().clear();
}

void RequestStats::reset_all(double now) {
  epoch_->reset_all(now);
  errors().clear();
}

}  // namespace acrida::stats
