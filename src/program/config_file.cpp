#include "program/config_file.h"

#include <fmt/core.h>

#include <sstream>
#include <string_view>
#define TOML_ENABLE_FORMATTERS 0
// Its assertions end a debug build over "[| a", for which the parser has an error as well.
#define TOML_ASSERT(...) static_cast<void>(0)
#include <toml++/toml.h>

namespace acrida::program {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Without what follows " #" or " ;".
std::string_view without_comment(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at)
    if ((text[at] == '#' || text[at] == ';') && kBlanks.find(text[at - 1]) != kBlanks.npos)
      return trimmed(text.substr(0, at));
  return text;
}

std::string_view unquoted(std::string_view text) {
  const bool is_quoted =
      text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

Setting setting_of(std::string name, std::string_view value) {
  if (!value.starts_with('[') || !value.ends_with(']')) return {std::move(name), {std::string(value)}, false};
  Setting list{std::move(name), {}, true};
  std::string_view rest = value.substr(1, value.size() - 2);
  while (!trimmed(rest).empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    list.values.emplace_back(unquoted(trimmed(rest.substr(0, comma))));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return list;
}

std::vector<Setting> read_conf(std::istream& text) {
  std::vector<Setting> settings;
  std::string whole;
  for (int number = 1; std::getline(text, whole); ++number) {
    const std::string_view line = trimmed(whole);
    if (line.empty() || line[0] == '#' || line[0] == ';' || line[0] == '[' || line.starts_with("---")) continue;
    const std::size_t end = std::min(line.find_first_of(":=;# \t"), line.size());
    if (end == 0) throw ConfigProblem(fmt::format("line {} begins with no name: {}", number, line));
    std::string name(line.substr(0, end));
    std::string_view rest = trimmed(line.substr(end));
    if (!rest.empty() && (rest[0] == '=' || rest[0] == ':')) {
      rest = trimmed(rest.substr(1));
    } else if (rest.empty() || rest[0] == '#' || rest[0] == ';') {
      settings.push_back({std::move(name), {"true"}, false});
      continue;
    }
    settings.push_back(setting_of(std::move(name), unquoted(without_comment(rest))));
  }
  return settings;
}

namespace {

std::string text_of(const toml::node& node, std::string_view name) {
  if (const auto value = node.value<std::string>(); value && node.is_string()) return *value;
  if (node.is_boolean()) return *node.value<bool>() ? "true" : "false";
  if (node.is_integer()) return std::to_string(*node.value<std::int64_t>());
  if (node.is_floating_point()) return fmt::format("{}", *node.value<double>());
  throw ConfigProblem(
      fmt::format("line {}: {} is no text, number, yes or no", node.source().begin.line, std::string(name)));
}

}  // namespace

std::vector<Setting> read_toml(std::istream& text) {
  std::ostringstream whole;
  whole << text.rdbuf();
  toml::table document;
  try {
    document = toml::parse(whole.str());
  } catch (const toml::parse_error& error) {
    throw ConfigProblem(fmt::format("line {}, column {}: {}", error.source().begin.line, error.source().begin.column,
                                    error.description()));
  }
  std::vector<Setting> settings;
  const toml::table* const section = document["tool"]["locust"].as_table();
  if (!section) return settings;
  for (const auto& [key, node] : *section) {
    const std::string name(std::string_view{key});
    Setting setting{name, {}, node.is_array()};
    if (const toml::array* const list = node.as_array())
      for (const toml::node& each : *list) setting.values.push_back(text_of(each, name));
    else
      setting.values.push_back(text_of(node, name));
    settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace acrida::program
