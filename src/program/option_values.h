#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "program/option_table.h"

// What options were given and where: words of the command line first, then the environment, then files.
namespace acrida::program {

// The person at the keyboard is told, and the program ends with 2.
struct UsageProblem : std::runtime_error {
  using runtime_error::runtime_error;
};

using Words = std::vector<std::string>;
using Given = std::map<const OptionRow*, Words>;

// "--processes is not for a program of its own: …", with what to do instead.
std::string not_for_us(const OptionRow& row);

// Adds what the environment says of rows in `known` that are not given. A sentence for each variable that only the
// Python program knows comes back; UsageProblem for one that nobody may believe to be obeyed.
Words add_environment(const std::vector<const OptionRow*>& known, Given& given);
// Adds what files say of rows in `known` that are not given; later files win. A sentence for each setting that only the
// Python program has comes back.
Words add_files(const std::vector<const OptionRow*>& known, const std::string& further_file, Given& given);

}  // namespace acrida::program
