#include "report/html.h"

#include <doctest/doctest.h>

using namespace acrida::report;

namespace {

HtmlReport small_report() {
  HtmlReport report;
  Row row;
  row.method = "GET";
  row.name = "</script><b>&\u2028";
  row.num_requests = row.timed_requests = 4;
  row.buckets = {{10, 3}, {20, 1}};
  report.rows = {row};
  report.total = row;
  report.total.method = "";
  report.total.name = "Aggregated";
  report.started_at = 1'790'000'000;
  report.ended_at = report.started_at + 3725;
  report.chart_percentiles = {0.5, 0.95};
  report.table_percentiles = {0.95};
  return report;
}

Json points(int count) {
  Json list = Json::array();
  for (int i = 0; i < count; ++i) list.push_back(i);
  return list;
}

}  // namespace

TEST_CASE("the data of a report have the names that scripts read") {
  const Json data = report_data(small_report());
  CHECK(data["is_report"] == true);
  CHECK(data["requests_statistics"].size() == 2);
  CHECK(data["requests_statistics"].back()["name"] == "Aggregated");
  CHECK(data["requests_statistics"][0]["response_time_percentile_0.95"] == 20);
  CHECK(data["response_time_statistics"][0]["0.5"] == 10);
  CHECK(data["response_time_statistics"][0]["1.0"] == 20);
  CHECK(data["start_time"] == "2026-09-21T14:13:20Z");
  CHECK(data["duration"] == "1 hour, 2 minutes and 5 seconds");
  CHECK(data["host"] == "None");
  CHECK(data["profile"].is_null());
}

TEST_CASE("a duration is told in words, without parts that are zero") {
  CHECK(duration_text(0.2) == "0 seconds");
  CHECK(duration_text(1) == "1 second");
  CHECK(duration_text(3600) == "1 hour");
  CHECK(duration_text(86400 + 61) == "1 day, 1 minute and 1 second");
}

TEST_CASE("a long history is thinned evenly and keeps its ends") {
  CHECK(thinned(points(3), 1000) == points(3));
  const Json few = thinned(points(2001), 1000);
  CHECK(few.size() == 1000);
  CHECK(few.front() == 0);
  CHECK(few.back() == 2000);
  CHECK(few[500].get<int>() == doctest::Approx(1001).epsilon(0.01));
}

TEST_CASE("names from the outside cannot end the script they stand in") {
  const std::string page = html_page("<head><!--acrida:page-data--></head>", report_data(small_report()), true);
  CHECK(page.find("</script><b>") == page.npos);
  CHECK(page.find("\\u003c/script>") != page.npos);
  CHECK(page.find("window.theme=\"dark\";</script></head>") != page.npos);
}

TEST_CASE("the data can be read back from the page") {
  const Json data = report_data(small_report());
  const std::string page = html_page("<!--acrida:page-data-->", data, false);
  const std::string begin = "window.templateArgs=";
  const std::size_t from = page.find(begin) + begin.size();
  CHECK(Json::parse(page.substr(from, page.find(";window.theme") - from)) == data);
}

TEST_CASE("a page without the mark stays as it is") { CHECK(html_page("<p>", Json::object(), false) == "<p>"); }
