#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <algorithm>
#include <cmath>

#include "python/number_caster.h"
#include "python/ref.h"
#include "stats/request_stats.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {

void bind_entry(nb::module_& m);
void bind_report(nb::module_& m);

namespace {

using stats::Epoch;
using stats::ErrorRecord;
using stats::Number;
using stats::RequestStats;

// What round() would say of such a response time.
void refuse_unless_finite(double ms) {
  if (std::isnan(ms)) throw nb::value_error("cannot convert float NaN to integer");
  if (std::isinf(ms)) {
    PyErr_SetString(PyExc_OverflowError, "cannot convert float infinity to integer");
    throw nb::python_error();
  }
}

// False, and nothing counted, if the method or the name is not a str.
bool log_request(RequestStats& self, nb::handle method, nb::handle name, std::optional<Number> response_time,
                 Number content_length, double now, std::optional<double> bucket) {
  if (!PyUnicode_Check(method.ptr()) || !PyUnicode_Check(name.ptr())) return false;
  if (response_time) refuse_unless_finite(bucket.value_or(response_time->value));
  const std::string_view method_text = utf8(method.ptr()), name_text = utf8(name.ptr());
  if (PyErr_Occurred()) throw nb::python_error();
  self.log_request(method_text, name_text, response_time, content_length, now, bucket ? &*bucket : nullptr);
  return true;
}

std::optional<double> moment(double epoch_seconds) {
  return epoch_seconds == 0 ? std::nullopt : std::optional(epoch_seconds);
}

void bind_errors(nb::module_& m) {
  const auto or_0 = [](std::optional<double> at) { return at.value_or(0); };
  nb::class_<ErrorRecord>(m, "ErrorRecord", "How often one failure occurred, and when.")
      .def(nb::init<std::string_view, std::string_view, std::string_view>(), "method"_a, "name"_a, "text"_a)
      .def_ro("method", &ErrorRecord::method)
      .def_ro("name", &ErrorRecord::name)
      .def_ro("text", &ErrorRecord::text)
      .def_prop_rw(
          "occurrences", [](const ErrorRecord& r) { return r.occurrences.get(); },
          [](ErrorRecord& r, std::int64_t n) { r.occurrences.set(n); })
      .def_prop_rw(
          "first_seen", [](const ErrorRecord& r) { return moment(r.first_seen.get()); },
          [or_0](ErrorRecord& r, std::optional<double> at) { r.first_seen.set(or_0(at)); },
          nb::for_setter("value"_a.none()))
      .def_prop_rw(
          "last_seen", [](const ErrorRecord& r) { return moment(r.last_seen.get()); },
          [or_0](ErrorRecord& r, std::optional<double> at) { r.last_seen.set(or_0(at)); },
          nb::for_setter("value"_a.none()))
      .def("occurred", &ErrorRecord::occurred, "now"_a);
  m.def(
      "mask_address", [](std::string_view text) { return stats::mask_address(text); }, "text"_a);
}

nb::list shared_entries(Epoch& epoch) {
  nb::list entries;
  for (const auto& entry : epoch.entries())
    if (entry->is_shown()) entries.append(nb::cast(epoch.share(*entry)));
  return entries;
}

void bind_epoch(nb::module_& m) {
  nb::class_<Epoch>(m, "Epoch", "The entries of one test.")
      .def_prop_ro("number", &Epoch::number)
      .def_prop_ro("total", &Epoch::shared_total)
      .def("put_total", &Epoch::put_total, "entry"_a)
      .def("entries", &shared_entries)
      .def("__len__",
           [](const Epoch& self) {
             return std::count_if(self.entries().begin(), self.entries().end(),
                                  [](const auto& each) { return each->is_shown(); });
           })
      .def(
          "find",
          [](Epoch& self, std::string_view method, std::string_view name) -> std::shared_ptr<stats::Entry> {
            stats::Entry* entry = self.find(method, name);
            return entry && entry->is_shown() ? self.share(*entry) : nullptr;
          },
          "method"_a, "name"_a)
      .def(
          "find_or_create",
          [](Epoch& self, std::string_view method, std::string_view name, double now) {
            return self.share(self.find_or_create(method, name, now));
          },
          "method"_a, "name"_a, "now"_a)
      .def("put", &Epoch::put, "entry"_a)
      .def("remove", &Epoch::remove, "method"_a, "name"_a)
      .def("remove_all", &Epoch::remove_all);
}

nb::list error_records(RequestStats& self) {
  nb::list records;
  for (const auto& record : self.errors().records()) records.append(nb::cast(record));
  return records;
}

void bind_request_stats(nb::module_& m) {
  nb::class_<RequestStats>(m, "RequestStats", "The statistics of one environment.")
      .def(nb::init<bool, double>(), "use_cache"_a, "now"_a)
      .def_prop_ro("epoch", [](RequestStats& self) { return self.current_epoch().shared_from_this(); })
      .def("log_request", &log_request, "method"_a.none(), "name"_a.none(), "response_time"_a.none(),
           "content_length"_a, "now"_a, "bucket"_a = nb::none())
      .def("log_error", &RequestStats::log_error, "method"_a, "name"_a, "text"_a, "now"_a)
      .def(
          "error_record",
          [](RequestStats& self, std::string_view method, std::string_view name, std::string_view text) {
            return self.errors().find_or_create(method, name, text);
          },
          "method"_a, "name"_a, "text"_a)
      .def("error_records", &error_records)
      .def_prop_ro("error_count", [](RequestStats& self) { return self.errors().records().size(); })
      .def(
          "put_error", [](RequestStats& self, std::shared_ptr<ErrorRecord> r) { self.errors().put(std::move(r)); },
          "record"_a)
      .def(
          "remove_error", [](RequestStats& self, const ErrorRecord& record) { self.errors().remove(record); },
          "record"_a)
      .def("clear_errors", [](RequestStats& self) { self.errors().clear(); })
      .def(
          "set_error_limit", [](RequestStats& self, std::size_t records) { self.errors().set_limit(records); },
          "records"_a)
      .def("clear_all", &RequestStats::clear_all, "now"_a)
      .def("reset_all", &RequestStats::reset_all, "now"_a)
      .def("tick", &RequestStats::tick, "now"_a, "window_seconds"_a);
  m.def(
      "rounded_ms",
      [](double ms) {
        refuse_unless_finite(ms);
        return BucketKey{stats::rounded_ms(ms)};
      },
      "ms"_a);
  m.def(
      "set_bucket_function_is_original", [](bool is_original) { stats::is_bucket_function_original = is_original; },
      "is_original"_a);
  m.def(
      "percentile",
      [](nb::handle buckets, std::int64_t requests, double p) {
        return BucketKey{stats::percentile(to_buckets(buckets), requests, p)};
      },
      "buckets"_a, "requests"_a, "p"_a);
}

}  // namespace

void bind_stats(nb::module_& m) {
  bind_entry(m);
  bind_errors(m);
  bind_epoch(m);
  bind_request_stats(m);
  bind_report(m);
}

}  // namespace acrida::python
