#include "program/option_table.h"

#include <algorithm>
#include <array>

namespace acrida::program {

namespace {

constexpr auto kTable = std::to_array<OptionRow>({
#include "program/option_rows.inc"
});

// Calls found(flag) for each until one answers true.
template <class Found>
bool any_flag(std::string_view flags, Found&& found) {
  while (!flags.empty()) {
    const std::size_t end = std::min(flags.find(' '), flags.size());
    if (found(flags.substr(0, end))) return true;
    flags.remove_prefix(std::min(end + 1, flags.size()));
  }
  return false;
}

}  // namespace

std::span<const OptionRow> option_table() { return kTable; }

const OptionRow* find_option(std::string_view dest) {
  const auto found = std::find_if(kTable.begin(), kTable.end(), [&](const OptionRow& row) { return row.dest == dest; });
  return found == kTable.end() ? nullptr : &*found;
}

const OptionRow* find_option_of_flag(std::string_view name) {
  const auto is_it = [&](std::string_view flag) {
    return flag.starts_with("--") && (flag == name || flag.substr(2) == name);
  };
  const auto found =
      std::find_if(kTable.begin(), kTable.end(), [&](const OptionRow& row) { return any_flag(row.flags, is_it); });
  return found == kTable.end() ? nullptr : &*found;
}

std::string_view long_flag(const OptionRow& row) {
  std::string_view found = row.flags;
  any_flag(row.flags, [&](std::string_view flag) { return flag.starts_with("--") && (found = flag, true); });
  return found;
}

}  // namespace acrida::program
