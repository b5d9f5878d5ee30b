#pragma once

#include <span>
#include <string_view>

// The options of the command line, as python/acrida/_options.py has them: the build makes the rows from that table.
namespace acrida::program {

struct OptionRow {
  const char* flags;  // "-u --users"; a name without dashes: words at the end of the command line
  const char* dest;
  const char* env;      // "LOCUST_USERS"; null: none
  const char* metavar;  // null: none
  const char* group;
  const char* help;
  std::string_view kind;  // "str", "int", "flag", "timespan" …
  const char* fallback;   // the default as text; null: none
  const char* choices;    // separated by blanks; null: anything
  bool takes_several;
  bool is_hidden;
};

std::span<const OptionRow> option_table();
// Null if there is none.
const OptionRow* find_option(std::string_view dest);
// By "--users" or "users", as option files name it; null if there is none.
const OptionRow* find_option_of_flag(std::string_view name);
// "--users".
std::string_view long_flag(const OptionRow& row);

}  // namespace acrida::program
