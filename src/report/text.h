#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "stats/python_shard.h"

// How Python writes numbers and pads text, since that is what people's scripts read.
namespace acrida::report {

// repr() of a float: the shortest digits that read back as the same number.
std::string float_text(double value);
// 12 stays 12, 12.0 stays 12.0.
std::string number_text(stats::Number number);
// int(): cut off, not rounded.
std::string truncated(double value);
// "50%", "99.9%".
std::string percentile_label(double p);
// `YYYY-MM-DDTHH:MM:SSZ`.
std::string utc_text(double epoch_seconds);

// Blanks on the right or left up to `width` characters (not bytes: UTF-8).
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);
std::size_t characters(std::string_view utf8);

}  // namespace acrida::report
