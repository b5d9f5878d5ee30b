#include "web/answers.h"

#include <fmt/core.h>

#include <utility>

#include "report/row_json.h"

namespace acrida::web {

namespace {

constexpr auto kReplace = Json::error_handler_t::replace;

}  // namespace

Answer json_answer(const Json& value, int status) {
  return {status, "application/json", value.dump(2, ' ', true, kReplace) + "\n", {}};
}

std::string compact(const Json& value) { return value.dump(-1, ' ', true, kReplace); }

Answer refusal(int status, std::string_view message) {
  return json_answer({{"success", false}, {"message", message}}, status);
}

Answer text_answer(std::string text, int status) { return {status, "text/plain; charset=utf-8", std::move(text), {}}; }

Answer html_answer(std::string page, int status) { return {status, "text/html; charset=utf-8", std::move(page), {}}; }

Answer error_page(int status, std::string_view title, std::string_view text) {
  return html_answer(fmt::format("<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<title>{0} {1}</title>\n"
                                 "<h1>{1}</h1>\n<p>{2}</p>\n",
                                 status, html_escaped(title), html_escaped(text)),
                     status);
}

Answer redirect(int status, std::string location) {
  Answer answer = html_answer(fmt::format("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n"
                                          "<a href=\"{0}\">{0}</a>\n",
                                          html_escaped(location)),
                              status);
  answer.headers.push_back({"Location", std::move(location)});
  return answer;
}

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '&')
      escaped += "&amp;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
}

std::string json_for_script(const Json& value) { return report::json_for_script(value); }

}  // namespace acrida::web
