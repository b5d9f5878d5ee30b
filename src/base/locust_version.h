// The version of Locust that acrida follows: what nodes greet each other with, pages and files show.
#pragma once

namespace acrida::base {

inline constexpr const char* kLocustVersion = "2.47.0";

}  // namespace acrida::base
