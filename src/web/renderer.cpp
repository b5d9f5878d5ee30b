#include "web/renderer.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "base/time.h"
#include "web/answers.h"
#include "web/csv_files.h"
#include "web/json_rows.h"
#include "web/metrics.h"
#include "web/report_page.h"
#include "wire/form.h"

namespace acrida::web {

namespace {

constexpr std::string_view kMark = "<!--acrida:page-data-->";
constexpr std::size_t kMostPoints = 1000;
// Workers report every three seconds: younger seconds are not complete yet.
constexpr double kReportSeconds = 4;

std::string replaced(std::string page, std::string_view mark, const std::string& text) {
  const std::size_t at = page.find(mark);
  return at == std::string::npos ? page : page.replace(at, mark.size(), text);
}

Answer no_bundle() {
  return html_answer(
      "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<title>acrida</title>\n"
      "<h1>acrida runs, but its page is not here</h1>\n"
      "<p>The files of the page are missing from this installation: it was built without Node.js. Install a released "
      "package, or build it with <code>make install</code>.</p>\n"
      "<p>All data can be had: <a href=stats/requests>stats/requests</a>, <a href=exceptions>exceptions</a>, "
      "<a href=tasks>tasks</a>, <a href=logs>logs</a>, <a href=metrics>metrics</a>. Start a test with "
      "<code>curl -X POST -d 'user_count=10&amp;spawn_rate=2' …/swarm</code>.</p>\n");
}

Answer attachment(std::string type, std::string body, const std::string& name) {
  return {200, std::move(type), std::move(body), {{"Content-Disposition", "attachment;filename=" + name}}};
}

}  // namespace

Renderer::Renderer(PageOptions options, RunView& view, LiveStats& statistics)
    : options_(std::move(options)),
      view_(view),
      statistics_(statistics),
      assets_(options_.own_build_folder, options_.package_folder, options_.packed_files) {}

Answer Renderer::render(const RouteRule& rule, const Request& request) {
  switch (rule.route) {
    case Route::Index:
      return index();
    case Route::Requests:
      return requests();
    case Route::RequestsCsv:
    case Route::FailuresCsv:
    case Route::ExceptionsCsv:
      return csv(rule.route);
    case Route::FullHistoryCsv:
      return full_history();
    case Route::Report:
      return report(request);
    case Route::Exceptions:
      return exceptions();
    case Route::Tasks: {
      const SharedJson part = view_.get(RunView::Part::Tasks);
      const Json& tasks = member_or_null(*part, "now");
      return json_answer(tasks.is_object() ? tasks : Json{{"per_class", Json::object()}, {"total", Json::object()}});
    }
    case Route::Logs:
      return logs();
    case Route::WorkerCount:
      return json_answer({{"worker_count", value_or(*view_.get(RunView::Part::Status), "worker_count", 0)}});
    case Route::Series:
      return series(request);
    case Route::LastForm: {
      std::lock_guard lock(mutex_);
      return json_answer(last_form_);
    }
    case Route::Metrics:
      return {200,
              "text/plain; version=0.0.4; charset=utf-8",
              metrics_text(statistics_, *view_.get(RunView::Part::Status), hub_lag_seconds_.load()),
              {}};
    case Route::Health:
      return health();
    case Route::Events:  // HEAD: what GET would begin with
      return {200, "text/event-stream", {}, {{"Cache-Control", "no-store"}}};
    case Route::Asset:
      return asset(request);
    case Route::Login:
      return redirect(302, options_.base_path + "/");
    default:
      return error_page(404, "Not Found", "There is nothing here.");
  }
}

Json Renderer::page_data() {
  Json data = *view_.get(RunView::Part::Page);
  const SharedJson status = view_.get(RunView::Part::Status);
  // These may have changed since Python had time for the page.
  data["state"] = value_or<std::string>(*status, "state", "missing");
  data["user_count"] = value_or(*status, "user_count", 0);
  data["worker_count"] = value_or(*status, "worker_count", 0);
  data["history"] = history_json(statistics_.history(0, kMostPoints));
  data["basePath"] = options_.base_path;
  data["acridaVersion"] = options_.acrida_version;
  data["isAcrida"] = true;
  return data;
}

Answer Renderer::page(std::string_view name, const std::string& globals, bool package_only) {
  std::optional<std::string> text;
  {
    std::lock_guard lock(mutex_);
    text = assets_.text(name, package_only);
  }
  if (!text) return no_bundle();
  Answer answer = html_answer(replaced(std::move(*text), kMark, "<script>" + globals + "</script>"));
  answer.headers.push_back({"Cache-Control", "no-store"});
  return answer;
}

Answer Renderer::index() {
  if (value_or<std::string>(*view_.get(RunView::Part::Status), "state", "missing") == "missing")
    return text_answer("Error: Locust Environment does not have any runner", 500);
  return page("index.html", fmt::format("window.templateArgs={};window.basePath={};", json_for_script(page_data()),
                                        json_for_script(options_.base_path)));
}

Answer Renderer::requests() {
  const Percentiles percentiles = Percentiles::of(*view_.get(RunView::Part::Settings));
  return json_answer(requests_json(statistics_.picture(),
                                   statistics_.current_percentiles(percentiles.chart, base::wall_seconds()),
                                   *view_.get(RunView::Part::Status), percentiles));
}

Answer Renderer::csv(Route route) {
  const Picture picture = statistics_.picture();
  const SharedJson status = view_.get(RunView::Part::Status);
  const auto file = [&](std::string body, const char* kind) {
    return attachment("text/csv; charset=utf-8", std::move(body),
                      download_name(picture.started_at, *status, kind, ".csv"));
  };
  if (route == Route::RequestsCsv)
    return file(requests_csv(picture, Percentiles::of(*view_.get(RunView::Part::Settings)).report), "requests");
  if (route == Route::FailuresCsv) return file(failures_csv(picture), "failures");
  return file(exceptions_csv(*view_.get(RunView::Part::Exceptions)), "exceptions");
}

Answer Renderer::full_history() {
  const auto path = value_or<std::string>(*view_.get(RunView::Part::Settings), "full_history_file", "");
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file)
    return Answer{
        404, "text/html; charset=utf-8", "Error: Server was not started with option to generate full history.", {}};
  std::string content{std::istreambuf_iterator<char>(file), {}};
  struct stat found {};
  stat(path.c_str(), &found);
  const std::string tag =
      fmt::format("\"{:x}-{:x}\"", content.size(), found.st_mtim.tv_sec * 1'000'000'000LL + found.st_mtim.tv_nsec);
  Answer answer = attachment("text/csv; charset=utf-8", std::move(content),
                             download_name(statistics_.picture().started_at, *view_.get(RunView::Part::Status),
                                           "requests_full_history", ".csv"));
  answer.headers.push_back({"ETag", tag});
  answer.headers.push_back({"Cache-Control", "no-cache, max-age=0"});
  return answer;
}

Answer Renderer::report(const Request& request) {
  const wire::Fields query = wire::parse_urlencoded(request.query());
  const bool is_download = !wire::find_field(query, "download").empty();
  const Percentiles percentiles = Percentiles::of(*view_.get(RunView::Part::Settings));
  const SharedJson status = view_.get(RunView::Part::Status);
  const SharedJson tasks = view_.get(RunView::Part::Tasks);
  const Picture picture = statistics_.picture();
  std::vector<HistoryPoint> history = statistics_.history(0, kMostPoints);
  const double now = base::wall_seconds();
  if (picture.has_requests)
    history.push_back(statistics_.point(percentiles.chart, now, value_or(*status, "user_count", 0)));
  const Json data = report_data({picture, history, *status, *view_.get(RunView::Part::Exceptions),
                                 member_or_null(*tasks, "last"), percentiles, !is_download});
  const char* theme = wire::find_field(query, "theme") == "dark" ? "dark" : "light";
  Answer answer = page("report.html",
                       fmt::format("window.templateArgs={};window.theme=\"{}\";", json_for_script(data), theme), true);
  if (is_download)
    answer.headers.push_back(
        {"Content-Disposition", "attachment;filename=" + download_name(picture.started_at, *status, "", ".html")});
  return answer;
}

Answer Renderer::asset(const Request& request) {
  const std::string path = wire::percent_decoded(request.path(), false);
  const auto below = below_base(path, options_.base_path);
  std::lock_guard lock(mutex_);
  return assets_.serve(below && !below->empty() ? below->substr(1) : "", request);
}

Answer Renderer::exceptions() {
  const SharedJson list = view_.get(RunView::Part::Exceptions);
  return json_answer({{"exceptions", list->is_array() ? *list : Json::array()}});
}

Answer Renderer::logs() {
  return json_answer({{"master", view_.log_lines_since(0).lines}, {"workers", *view_.get(RunView::Part::WorkerLogs)}});
}

Answer Renderer::series(const Request& request) {
  const wire::Fields query = wire::parse_urlencoded(request.query());
  const std::string method(wire::find_field(query, "method")), name(wire::find_field(query, "name"));
  const bool is_distributed = value_or(*view_.get(RunView::Part::Status), "is_distributed", false);
  const double settled = base::wall_seconds() - (is_distributed ? kReportSeconds : 0);
  return json_answer(series_json(statistics_.series(method, name, settled, kMostPoints)));
}

Answer Renderer::health() {
  return json_answer({{"state", value_or<std::string>(*view_.get(RunView::Part::Status), "state", "missing")}});
}

void Renderer::set_last_form(Json form) {
  std::lock_guard lock(mutex_);
  last_form_ = std::move(form);
}

}  // namespace acrida::web
