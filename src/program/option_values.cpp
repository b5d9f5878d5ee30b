#include "program/option_values.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "program/config_file.h"

namespace acrida::program {

namespace {

// "true" or nothing for a flag; UsageProblem for what is neither yes nor no.
Words flag_words(const std::string& name, std::string value) {
  const std::string written = value;
  for (char& c : value) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* yes : {"true", "yes", "on", "1"})
    if (value == yes) return {"true"};
  for (const char* no : {"false", "no", "off", "0"})
    if (value == no) return {};
  throw UsageProblem(fmt::format(
      "Unexpected value for {}: '{}'. Expecting 'true', 'false', 'yes', 'no', 'on', 'off', '1' or '0'", name, written));
}

void put(const OptionRow& row, const std::string& name, const Setting& setting, Given& given) {
  if (setting.is_list && !row.takes_several)
    throw UsageProblem(fmt::format("{} takes one value, and a list is given", name));
  given[&row] = row.kind == "flag" ? flag_words(name, setting.values.front()) : setting.values;
}

std::vector<Setting> read(const std::string& path, bool must_exist) {
  std::ifstream file(path);
  if (!file && must_exist)
    throw UsageProblem(fmt::format("Unable to open config file: {}. {}", path, std::strerror(errno)));
  if (!file) return {};
  try {
    return path.ends_with(".toml") ? read_toml(file) : read_conf(file);
  } catch (const ConfigProblem& problem) {
    throw UsageProblem(fmt::format("{} cannot be read: {}", path, problem.what()));
  }
}

}  // namespace

std::string not_for_us(const OptionRow& row) {
  const std::string_view dest = row.dest;
  std::string_view instead = "run the scenario with `acrida -f` for it";
  if (dest == "web_login")
    instead = "use --web-host 127.0.0.1, or a proxy that asks for a password in front of the page";
  return fmt::format("{} is not for a program of its own: {}", long_flag(row), instead);
}

namespace {

// A page that was to be behind a login must not stand open.
void refuse_if_dangerous(const OptionRow& row, const Setting& setting, std::string_view where) {
  if (std::string_view(row.dest) != "web_login" || flag_words(setting.name, setting.values.front()).empty()) return;
  throw UsageProblem(fmt::format("{} (set in {})", not_for_us(row), where));
}

}  // namespace

Words add_environment(const std::vector<const OptionRow*>& known, Given& given) {
  Words remarks;
  for (const OptionRow& row : option_table()) {
    const char* const value = row.env ? std::getenv(row.env) : nullptr;
    if (!value || std::find(known.begin(), known.end(), &row) != known.end()) continue;
    refuse_if_dangerous(row, {row.env, {value}, false}, row.env);
    remarks.push_back(fmt::format("{} (set in {})", not_for_us(row), row.env));
  }
  for (const OptionRow* row : known) {
    const char* const value = row->env && !given.contains(row) ? std::getenv(row->env) : nullptr;
    if (!value) continue;
    const Setting setting = row->takes_several ? setting_of(row->env, value) : Setting{row->env, {value}, false};
    put(*row, row->env, setting, given);
  }
  return remarks;
}

Words add_files(const std::vector<const OptionRow*>& known, const std::string& further_file, Given& given) {
  const char* const home = std::getenv("HOME");
  std::vector<std::string> paths{"locust.conf", "pyproject.toml"};
  if (home) paths.insert(paths.begin(), std::string(home) + "/.locust.conf");
  if (!further_file.empty()) paths.push_back(further_file);
  Given from_files;
  Words remarks;
  for (const std::string& path : paths) {
    for (const Setting& setting : read(path, path == further_file)) {
      const OptionRow* const row = find_option_of_flag(setting.name);
      if (!row) throw UsageProblem(fmt::format("unrecognized arguments: {} (in {})", setting.name, path));
      if (std::find(known.begin(), known.end(), row) == known.end()) {
        refuse_if_dangerous(*row, setting, path);
        remarks.push_back(fmt::format("{} (set in {})", not_for_us(*row), path));
      } else {
        put(*row, setting.name, setting, from_files);
      }
    }
  }
  given.merge(from_files);
  return remarks;
}

}  // namespace acrida::program
