#include "report/live_lines.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/text.h"

namespace acrida::report {
namespace {

constexpr std::array kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr int kLabel = 5, kMostBar = 40;
constexpr std::size_t kMostErrors = 3;

std::string repeated(const char* text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string first_characters(const std::string& text, int count) {
  int seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && seen++ == count) return text.substr(0, i);
  return text;
}

std::string progress(const LiveFigures& figures, int width) {
  std::string head = figures.state + " " + clock_text(figures.elapsed);
  if (figures.run_time.value_or(0) <= 0) return head;
  head += fmt::format(" of {} ", clock_text(*figures.run_time));
  const double done = std::min(1.0, figures.elapsed / *figures.run_time);
  const std::string tail = fmt::format(" {:.0f} %", done * 100);
  const int cells = std::clamp(width - static_cast<int>(head.size() + tail.size()), 0, kMostBar);
  const int full = static_cast<int>(std::nearbyint(done * cells));
  return head + repeated("━", full) + repeated("─", cells - full) + tail;
}

std::string ms_text(std::optional<double> value) { return value ? fmt::format("{:.0f} ms", *value) : "–"; }

std::string summary(const LiveFigures& figures) {
  std::string users = std::to_string(figures.users);
  if (figures.users != figures.target_users) users += "/" + std::to_string(figures.target_users);
  const std::string now =
      figures.failures_per_second > 0 ? fmt::format(" ({:.1f}/s)", figures.failures_per_second) : "";
  return fmt::format("users {}   {:.1f} req/s   failures {:.1f} %{}   p50 {}   p95 {}", users, figures.rps,
                     figures.fail_ratio * 100, now, ms_text(figures.p50_ms), ms_text(figures.p95_ms));
}

std::string chart(const char* label, const std::vector<double>& values, const std::string& now, int width) {
  const int cells = std::max(0, width - kLabel - static_cast<int>(characters(now)) - 2);
  const int used = std::min(cells, std::max(static_cast<int>(values.size()), 1));
  return fmt::format("{:<{}} {} {}", label, kLabel, pad_right(sparkline(values, cells), static_cast<std::size_t>(used)),
                     now);
}

// Line breaks and the like become one blank.
std::string in_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool is_blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!is_blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

void add_errors(Lines& lines, std::vector<ErrorRow> errors) {
  std::stable_sort(errors.begin(), errors.end(),
                   [](const ErrorRow& a, const ErrorRow& b) { return a.occurrences > b.occurrences; });
  for (std::size_t i = 0; i < std::min(errors.size(), kMostErrors); ++i)
    lines.push_back(fmt::format("{:>6} × {}", errors[i].occurrences, in_one_line(errors[i].text)));
  if (errors.size() > kMostErrors)
    lines.push_back(fmt::format("       and {} more kinds of failures", errors.size() - kMostErrors));
}

}  // namespace

Lines live_lines(const LiveFigures& figures, int width) {
  Lines lines{progress(figures, width), summary(figures),
              chart("req/s", figures.rps_before, fmt::format("{:.1f}", figures.rps), width),
              chart("p95", figures.p95_before, ms_text(figures.p95_ms), width)};
  add_errors(lines, figures.errors);
  for (std::string& line : lines) line = first_characters(line, std::max(width, 0));
  return lines;
}

std::string sparkline(const std::vector<double>& values, int width) {
  const std::size_t shown = std::min(values.size(), static_cast<std::size_t>(std::max(width, 0)));
  double top = 0;
  for (auto value = values.end() - static_cast<std::ptrdiff_t>(shown); value != values.end(); ++value)
    top = std::max(top, *value);
  std::string bars;
  for (auto value = values.end() - static_cast<std::ptrdiff_t>(shown); value != values.end(); ++value) {
    const double height = top > 0 ? std::nearbyint(*value / top * static_cast<double>(kBars.size() - 1)) : 0;
    bars += kBars.at(static_cast<std::size_t>(std::max(height, 0.0)));
  }
  return bars;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
  const std::int64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, rest);
  return fmt::format("{}:{:02}", minutes, rest);
}

}  // namespace acrida::report
