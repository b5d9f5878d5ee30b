#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "python/number_caster.h"
#include "report/console.h"
#include "report/csv.h"
#include "report/html.h"
#include "report/json.h"
#include "report/live_lines.h"
#include "report/narrow.h"
#include "report/row.h"
#include "report/text.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {
namespace {

using report::Rates;
using report::Row;
using report::Widths;

Rates rates(bool is_current) { return is_current ? Rates::Current : Rates::WholeRun; }

void bind_row(nb::module_& m) {
  nb::class_<Row>(m, "Row", "One line of the tables: a copy of an entry's figures.")
      .def_rw("method", &Row::method)
      .def_rw("name", &Row::name)
      .def_ro("num_requests", &Row::num_requests)
      .def_ro("num_failures", &Row::num_failures)
      .def_ro("fail_ratio", &Row::fail_ratio)
      .def_ro("avg_response_time", &Row::average_ms)
      .def_ro("min_response_time", &Row::min_ms)
      .def_ro("max_response_time", &Row::max_ms)
      .def_ro("median_response_time", &Row::median_ms)
      .def_ro("avg_content_length", &Row::average_length)
      .def_ro("total_rps", &Row::total_rps)
      .def_ro("total_fail_per_sec", &Row::total_failures_per_second)
      .def_ro("current_rps", &Row::current_rps)
      .def_ro("current_fail_per_sec", &Row::current_failures_per_second)
      .def(
          "percentile", [](const Row& row, double p) { return BucketKey{row.percentile(p)}; }, "p"_a);
  m.def(
      "make_row",
      [](const stats::Entry& entry, double started_at, std::optional<double> last_request_at) {
        return report::make_row(entry, {started_at, last_request_at});
      },
      "entry"_a, "started_at"_a, "last_request_at"_a.none());
}

void bind_console(nb::module_& m) {
  m.def(
      "stats_head",
      [](int name_width, int type_width) {
        return report::stats_head({name_width, type_width});
      },
      "name_width"_a, "type_width"_a);
  m.def(
      "stats_rule",
      [](int name_width, int type_width) {
        return report::stats_rule({name_width, type_width});
      },
      "name_width"_a, "type_width"_a);
  m.def(
      "stats_line",
      [](const Row& row, bool is_current, int name_width, int type_width) {
        return report::stats_row(row, rates(is_current), {name_width, type_width});
      },
      "row"_a, "is_current"_a, "name_width"_a, "type_width"_a);
  m.def(
      "percentile_head",
      [](const std::vector<double>& percentiles, int name_width, int type_width) {
        return report::percentile_head(percentiles, {name_width, type_width});
      },
      "percentiles"_a, "name_width"_a, "type_width"_a);
  m.def(
      "percentile_rule",
      [](const std::vector<double>& percentiles, int name_width, int type_width) {
        return report::percentile_rule(percentiles, {name_width, type_width});
      },
      "percentiles"_a, "name_width"_a, "type_width"_a);
  m.def(
      "percentile_line",
      [](const Row& row, const std::vector<double>& percentiles, int name_width, int type_width) {
        return report::percentile_row(row, percentiles, {name_width, type_width});
      },
      "row"_a, "percentiles"_a, "name_width"_a, "type_width"_a);
  m.def(
      "narrow_stats_lines",
      [](const std::vector<Row>& rows, const Row& total, bool is_current, int columns) {
        return report::narrow_stats_table(rows, total, rates(is_current), columns);
      },
      "rows"_a, "total"_a, "is_current"_a, "columns"_a);
  m.def("narrow_percentile_lines", &report::narrow_percentile_table, "rows"_a, "total"_a, "percentiles"_a, "columns"_a);
  m.def(
      "error_lines",
      [](const std::vector<std::pair<std::int64_t, std::string>>& errors, int name_width) {
        std::vector<report::ErrorRow> rows;
        for (const auto& [occurrences, text] : errors) rows.push_back({occurrences, text});
        return report::error_table(rows, {name_width, 8});
      },
      "errors"_a, "name_width"_a);
  m.def("percentile_label", &report::percentile_label, "p"_a);
}

void bind_live_lines(nb::module_& m) {
  m.def(
      "live_lines",
      [](int width, std::string state, double elapsed, std::optional<double> run_time, std::int64_t users,
         std::int64_t target_users, double rps, double failures_per_second, double fail_ratio,
         std::optional<double> p50_ms, std::optional<double> p95_ms, std::vector<double> rps_before,
         std::vector<double> p95_before, const std::vector<std::pair<std::int64_t, std::string>>& errors) {
        report::LiveFigures figures{std::move(state),
                                    elapsed,
                                    run_time,
                                    users,
                                    target_users,
                                    rps,
                                    failures_per_second,
                                    fail_ratio,
                                    p50_ms,
                                    p95_ms,
                                    std::move(rps_before),
                                    std::move(p95_before),
                                    {}};
        for (const auto& [occurrences, text] : errors) figures.errors.push_back({occurrences, text});
        return report::live_lines(figures, width);
      },
      "width"_a, "state"_a, "elapsed"_a, "run_time"_a.none(), "users"_a, "target_users"_a, "rps"_a,
      "failures_per_second"_a, "fail_ratio"_a, "p50_ms"_a.none(), "p95_ms"_a.none(), "rps_before"_a, "p95_before"_a,
      "errors"_a);
  m.def("sparkline", &report::sparkline, "values"_a, "width"_a);
  m.def("clock_text", &report::clock_text, "seconds"_a);
}

void bind_csv(nb::module_& m) {
  m.def("stats_csv_head", &report::stats_csv_head, "percentiles"_a);
  m.def("stats_csv_row", &report::stats_csv_row, "row"_a, "percentiles"_a);
  m.def("history_csv_head", &report::history_csv_head, "percentiles"_a);
  m.def("history_csv_row", &report::history_csv_row, "row"_a, "epoch_second"_a, "user_count"_a, "percentiles"_a,
        "percentile_values"_a = nb::none());
  m.def("failures_csv_head", &report::failures_csv_head);
  m.def("failures_csv_row", &report::failures_csv_row, "record"_a);
  m.def("exceptions_csv_head", &report::exceptions_csv_head);
  m.def("stats_json", &report::stats_json, "entries"_a);
}

std::vector<double> doubles(const report::Json& list) { return list.get<std::vector<double>>(); }

// `facts` is JSON: what of a report are no statistics.
std::string html_report(std::string page, std::vector<Row> rows, Row total,
                        const std::vector<const stats::ErrorRecord*>& errors, std::string_view facts, bool is_dark) {
  report::Json known = report::Json::parse(facts);
  report::HtmlReport report;
  report.rows = std::move(rows);
  report.total = std::move(total);
  for (const stats::ErrorRecord* each : errors)
    report.errors.push_back(
        {each->method, each->name, each->text, each->occurrences.get(), each->first_seen.get(), each->last_seen.get()});
  report.exceptions = std::move(known.at("exceptions"));
  report.history = std::move(known.at("history"));
  report.tasks = std::move(known.at("tasks"));
  report.started_at = known.at("started_at");
  report.ended_at = known.at("ended_at");
  report.host = known.at("host");
  report.locustfile = known.at("locustfile");
  if (known.at("profile").is_string()) report.profile = known.at("profile");
  report.chart_percentiles = doubles(known.at("percentiles_to_chart"));
  report.table_percentiles = doubles(known.at("percentiles_to_statistics"));
  report.shows_download_link = known.at("show_download_link");
  return report::html_page(std::move(page), report::report_data(report), is_dark);
}

void bind_html(nb::module_& m) {
  m.def("html_report", &html_report, "page"_a, "rows"_a, "total"_a, "errors"_a, "facts"_a, "is_dark"_a);
}

}  // namespace

void bind_report(nb::module_& m) {
  bind_row(m);
  bind_console(m);
  bind_live_lines(m);
  bind_csv(m);
  bind_html(m);
}

}  // namespace acrida::python
