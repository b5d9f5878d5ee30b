#pragma once

#include <string>
#include <string_view>

#include "web/http.h"
#include "web/run_view.h"

// Answers that look the same everywhere; pure.
namespace acrida::web {

// Pretty as Locust's: two blanks, keys sorted, ASCII only, a newline at the end. Bytes that are not UTF-8 become
// U+FFFD.
Answer json_answer(const Json& value, int status = 200);
// One line, for scripts and streams.
std::string compact(const Json& value);

// What a refused or failed change says: {"success": false, "message": …}.
Answer refusal(int status, std::string_view message);

Answer text_answer(std::string text, int status = 200);
Answer html_answer(std::string page, int status = 200);
// A small page with the status as its title.
Answer error_page(int status, std::string_view title, std::string_view text);
Answer redirect(int status, std::string location);

std::string html_escaped(std::string_view text);

// JSON that may stand inside <script>.
std::string json_for_script(const Json& value);

}  // namespace acrida::web
