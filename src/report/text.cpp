#include "report/text.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace acrida::report {
namespace {

double rounded_to_6_digits(double value) { return std::strtod(fmt::format("{:.6f}", value).c_str(), nullptr); }

}  // namespace

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 400> digits;
  const double size = std::fabs(value);
  // Python writes an exponent below 1e-4 and from 1e16 on.
  const bool has_exponent = value != 0 && (size < 1e-4 || size >= 1e16);
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 has_exponent ? std::chars_format::scientific : std::chars_format::fixed);
  std::string text(digits.data(), end.ptr);
  if (!has_exponent && text.find('.') == text.npos) text += ".0";
  return text;
}

std::string truncated(double value) { return fmt::format("{}", static_cast<std::int64_t>(value)); }

std::string number_text(stats::Number number) {
  return number.is_int ? truncated(number.value) : float_text(number.value);
}

std::string percentile_label(double p) {
  const double percent = p * 100;
  if (percent == std::floor(percent)) return truncated(percent) + "%";
  return float_text(rounded_to_6_digits(percent)) + "%";
}

std::string utc_text(double epoch_seconds) {
  const auto seconds = static_cast<std::time_t>(std::floor(epoch_seconds));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text;
  return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::size_t characters(std::string_view utf8) {
  std::size_t count = 0;
  for (char byte : utf8) count += (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  return count;
}

std::string pad_right(std::string_view text, std::size_t width) {
  const std::size_t length = characters(text);
  std::string padded(text);
  if (length < width) padded.append(width - length, ' ');
  return padded;
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t length = characters(text);
  return length < width ? std::string(width - length, ' ').append(text) : std::string(text);
}

}  // namespace acrida::report
