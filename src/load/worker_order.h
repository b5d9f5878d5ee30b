#pragma once

#include <string>
#include <vector>

namespace acrida::load {

// Users are dealt to workers in this order: the first worker of every host, then the second of each, and so on, each
// round by id. The host is what stands before the first underscore of an id.
std::vector<std::string> in_dealing_order(std::vector<std::string> worker_ids);

}  // namespace acrida::load
