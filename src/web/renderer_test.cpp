#include "web/renderer.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "stats/request_stats.h"
#include "web/answers.h"
#include "web/metrics.h"

using namespace acrida;
using namespace acrida::web;

namespace {

namespace fs = std::filesystem;

// A folder with a page, removed in the end.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/acrida-web-XXXXXX";
    path_ = mkdtemp(name);
    fs::create_directory(path_ / "assets");
    write("index.html", "<head><!--acrida:page-data--></head>");
    write("report.html", "<head><!--acrida:page-data--></head>");
    write("assets/app.js", std::string(2000, 'x'));
  }
  ~Folder() { fs::remove_all(path_); }
  void write(const char* name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

struct RendererBench {
  RendererBench() {
    view.put(RunView::Part::Status, {{"state", "running"}, {"user_count", 3}, {"locustfile", "x.py"}});
    live.watch(statistics.shelf());
  }
  Answer get(const std::string& target, Headers headers = {}) {
    Request request;
    request.method = "GET";
    request.target = target;
    request.headers = std::move(headers);
    return renderer.render(*find_rule(below_base(request.path(), "/lo").value_or(request.path())), request);
  }

  Folder folder;
  RunView view;
  LiveStats live;
  stats::RequestStats statistics{true, 1000.0};
  Renderer renderer{{"/lo", "", folder.path(), "2.47.0", "0.1.0", false}, view, live};
};

std::string_view header(const Answer& answer, std::string_view name) { return find_header(answer.headers, name); }

}  // namespace

TEST_CASE("the page carries its data where nothing can end the script") {
  RendererBench bench;
  bench.view.put(RunView::Part::Page, {{"profile", "</script><script>alert(1)"}});
  const Answer answer = bench.get("/");
  CHECK(answer.body.find("window.templateArgs={") != std::string::npos);
  CHECK(answer.body.find("window.basePath=\"/lo\"") != std::string::npos);
  CHECK(answer.body.find("</script><script>alert") == std::string::npos);
  CHECK(answer.body.find("\"user_count\":3") != std::string::npos);
}

TEST_CASE("without a runner the page is an error, as in the original") {
  RendererBench bench;
  bench.view.put(RunView::Part::Status, {{"state", "missing"}});
  const Answer answer = bench.get("/");
  CHECK(answer.status == 500);
  CHECK(answer.body == "Error: Locust Environment does not have any runner");
  CHECK(bench.get("/stats/requests").body.find("\"state\": \"missing\"") != std::string::npos);
}

TEST_CASE("files: type, gzip for who takes it, nothing new for who has it, nothing outside the folder") {
  RendererBench bench;
  const Request plain;
  Assets assets("", bench.folder.path());
  Answer answer = assets.serve("assets/app.js", plain);
  CHECK(answer.content_type == "text/javascript; charset=utf-8");
  CHECK(answer.body.size() == 2000);
  Request browser;
  browser.headers = {{"Accept-Encoding", "br, gzip"}};
  CHECK(header(assets.serve("assets/app.js", browser), "Content-Encoding") == "gzip");
  browser.headers = {{"If-None-Match", std::string(header(answer, "ETag"))}};
  CHECK(assets.serve("assets/app.js", browser).status == 304);
  for (const char* name : {"assets/../index.html", "assets/nothing.js", "assets/", "/etc/passwd", "assets/.hidden", ""})
    CHECK_MESSAGE(assets.serve(name, plain).status == 404, name);
}

TEST_CASE("files are found below the base path, however their names are written") {
  RendererBench bench;
  CHECK(bench.get("/lo/assets/app.js?v=1").status == 200);
  CHECK(bench.get("/lo/assets/%61pp.js").status == 200);
  CHECK(bench.get("/lo/assets/%2e%2e/index.html").status == 404);
}

TEST_CASE("a person's own build comes first, and what it lacks comes from ours") {
  RendererBench bench;
  Folder own;
  own.write("index.html", "own");
  fs::remove(fs::path(own.path()) / "assets/app.js");
  Assets assets(own.path(), bench.folder.path());
  CHECK(assets.text("index.html") == "own");
  CHECK(assets.text("index.html", true) != "own");
  CHECK(assets.serve("assets/app.js", {}).status == 200);
}

TEST_CASE("downloads: type, name, rows") {
  RendererBench bench;
  bench.statistics.log_request("GET", "/a,b", stats::Number{10.0, false}, stats::Number{}, 1000.5);
  const Answer requests = bench.get("/stats/requests/csv");
  CHECK(requests.content_type == "text/csv; charset=utf-8");
  CHECK(header(requests, "Content-Disposition").starts_with("attachment;filename=Locust_1970-01-01-"));
  CHECK(header(requests, "Content-Disposition").ends_with("_x.py_requests.csv"));
  CHECK(requests.body.find("GET,\"/a,b\",1,0,") != std::string::npos);
  CHECK(bench.get("/stats/requests_full_history/csv").status == 404);
}

TEST_CASE("the report is one page with its data") {
  RendererBench bench;
  bench.statistics.log_request("GET", "/a", stats::Number{10.0, false}, stats::Number{}, 1005.5);
  const Answer answer = bench.get("/stats/report?theme=dark&download=1");
  CHECK(answer.body.find("window.theme=\"dark\"") != std::string::npos);
  CHECK(answer.body.find("\"duration\":\"6 seconds\"") != std::string::npos);
  CHECK(answer.body.find("\"show_download_link\":false") != std::string::npos);
  CHECK(header(answer, "Content-Disposition").ends_with(".html"));
}

TEST_CASE("metrics: cumulative buckets, escaped labels") {
  RendererBench bench;
  bench.statistics.log_request("GET", "/\"x\"\\", stats::Number{3.0, false}, stats::Number{}, 1000.5);
  bench.statistics.log_request("GET", "/\"x\"\\", stats::Number{300.0, false}, stats::Number{}, 1000.5);
  const std::string text = metrics_text(bench.live, {{"users_by_class", {{"A", 2}}}}, 0.5);
  const std::string labels = R"(method="GET",name="/\"x\"\\")";
  CHECK(text.find("acrida_requests_total{" + labels + "} 2\n") != std::string::npos);
  CHECK(text.find("acrida_response_time_seconds_bucket{" + labels + ",le=\"0.005\"} 1\n") != std::string::npos);
  CHECK(text.find("acrida_response_time_seconds_bucket{" + labels + ",le=\"0.5\"} 2\n") != std::string::npos);
  CHECK(text.find("acrida_response_time_seconds_count{" + labels + "} 2\n") != std::string::npos);
  CHECK(text.find("acrida_users{user_class=\"A\"} 2\n") != std::string::npos);
  CHECK(text.find("acrida_generator_lag_seconds 0.5\n") != std::string::npos);
}

TEST_CASE("bytes that are no UTF-8 do not break the JSON") {
  RendererBench bench;
  bench.statistics.log_request("GET", "/\xff\xc3", stats::Number{}, stats::Number{}, 1000.5);
  CHECK(Json::parse(bench.get("/stats/requests").body)["stats"].size() == 2);
}
