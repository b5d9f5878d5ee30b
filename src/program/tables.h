#pragma once

#include <string>
#include <string_view>

#include "program/options.h"
#include "stats/request_stats.h"

// Tables on the terminal, in Locust's layout, or with fewer columns where that is too wide for it.
namespace acrida::program {

void print_table(stats::RequestStats& statistics);
// Tables or JSON, as the options say. std::system_error when a file cannot be written.
void print_summary(stats::RequestStats& statistics, const Options& options);

// "GET /x: what happened".
std::string shown_error(std::string_view method, std::string_view name, const std::string& text);

// Of the terminal on stderr; 0: it is none.
int terminal_columns();

}  // namespace acrida::program
