#pragma once

#include <string>
#include <string_view>

namespace acrida::cluster {

// The `parsed_options` of an order for a worker that is neither acrida nor Locust: one that uses none of them, and
// whose reader may stumble. A Java worker drops the whole order over a list that holds more than text, over bytes, and
// over a whole number beyond 32 bits. What is no plain value is left out; what is no map becomes an empty one.
std::string plain_options(std::string_view options);

}  // namespace acrida::cluster
