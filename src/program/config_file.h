#pragma once

#include <istream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Options from files: lines of a .conf, or the section [tool.locust] of a TOML file, as the Python program reads them.
// Pure.
namespace acrida::program {

struct Setting {
  std::string name;  // as the file has it: "users" or "--users"
  std::vector<std::string> values;
  bool is_list = false;  // "[a, b]"
};

// The text cannot be read; what() says where.
struct ConfigProblem : std::runtime_error {
  using runtime_error::runtime_error;
};

// "[a, b]" is a list of values.
Setting setting_of(std::string name, std::string_view value);

// "users = 5", "users: 5", "users 5", "headless"; comments begin with # or ;, headings of sections are skipped.
std::vector<Setting> read_conf(std::istream& text);
// Nothing without the section.
std::vector<Setting> read_toml(std::istream& text);

}  // namespace acrida::program
