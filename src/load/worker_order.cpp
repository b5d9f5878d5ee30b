#include "load/worker_order.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace acrida::load {

std::vector<std::string> in_dealing_order(std::vector<std::string> worker_ids) {
  std::sort(worker_ids.begin(), worker_ids.end());
  std::map<std::string_view, int> workers_of_host;
  std::vector<std::pair<int, std::string>> ranked;
  for (const std::string& id : worker_ids) {
    const std::string_view host = std::string_view(id).substr(0, id.find('_'));
    ranked.emplace_back(workers_of_host[host]++, id);
  }
  std::sort(ranked.begin(), ranked.end());
  for (std::size_t i = 0; i < ranked.size(); ++i) worker_ids[i] = std::move(ranked[i].second);
  return worker_ids;
}

}  // namespace acrida::load
