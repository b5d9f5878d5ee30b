#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stats/entry.h"

namespace acrida::report {

// The entries that have requests or failures as Locust's `--json` writes them: an array of objects, four blanks of
// indentation, ASCII only.
std::string stats_json(const std::vector<std::shared_ptr<stats::Entry>>& entries);

// A JSON string with its quotes; everything beyond ASCII as \uXXXX.
std::string json_string(std::string_view utf8);

}  // namespace acrida::report
