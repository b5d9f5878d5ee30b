#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "program/log.h"
#include "program/packed_page.h"
#include "program/shown.h"
#include "report/html.h"
#include "web/json_rows.h"
#include "web/report_page.h"

namespace acrida::program {

namespace {

std::string_view find_packed(std::string_view name) {
  for (const web::PackedFile& file : packed_page())
    if (file.name == name) return file.content;
  return {};
}

void replace(std::string& text, std::string_view mark, const std::string& value) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != text.npos; at += value.size())
    text.replace(at, mark.size(), value);
}

// {u}, {r} and {t} in the name: users, spawn rate, run time, where known.
std::string file_name(const Options& options) {
  std::string name = options.html_file;
  if (options.users.value_or(0) != 0) replace(name, "{u}", std::to_string(*options.users));
  if (options.spawn_rate) replace(name, "{r}", fmt::format("{:g}", *options.spawn_rate));
  if (options.run_time_s > 0) replace(name, "{t}", std::to_string(options.run_time_s));
  return name;
}

}  // namespace

std::string html_report(Shown& shown, web::LiveStats& statistics) {
  const std::string_view page = find_packed("report.html");
  if (page.empty()) return {};
  const auto percentiles = web::Percentiles::of(shown.settings());
  const web::Picture picture = statistics.picture();
  std::vector<web::HistoryPoint> history = statistics.history(0, 1000);
  if (picture.has_requests && (history.empty() || history.back().at < picture.last_request_at))
    history.push_back(statistics.point(percentiles.chart, base::wall_seconds(), shown.control.runner().user_count()));
  const Json data = web::report_data({picture, history, shown.status(), shown.control.results().exceptions_json(),
                                      shown.tasks()["last"], percentiles, false});
  return report::html_page(std::string(page), data, false);
}

void write_html(Shown& shown, web::LiveStats& statistics) {
  const std::filesystem::path path = file_name(shown.options);
  const std::string page = html_report(shown, statistics);
  if (page.empty())
    return log(Level::Error, "locust.main",
               "The HTML report could not be written: this program was built without the web page");
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "we"), std::fclose);
  if (!file || std::fwrite(page.data(), 1, page.size(), file.get()) != page.size() || std::fflush(file.get()) != 0)
    log(Level::Error, "locust.main", "The HTML report could not be written: {}: {}", path.string(),
        std::strerror(errno));
}

}  // namespace acrida::program
