// What the master's own listeners fire: added to the row that workers report under the same name.
#include "cluster/swarm_stats.h"

namespace acrida::cluster {

SwarmStats::OwnRows SwarmStats::count(const OwnRequest& request) {
  Row& mine = find_or_create(request.method, request.name, request.now).second;
  const double* const bucket = request.bucket ? &*request.bucket : nullptr;
  mine.entry->log_here(request.ms, request.length, request.now, bucket);
  total_.entry->log_here(request.ms, request.length, request.now, bucket);
  note_change(mine);
  return {mine.entry, total_.entry, nullptr};
}

SwarmStats::OwnRows SwarmStats::count_error(const OwnError& error) {
  Row& mine = find_or_create(error.method, error.name, error.now).second;
  mine.entry->log_error_here(error.now);
  total_.entry->log_error_here(error.now);
  note_change(mine);
  return {mine.entry, total_.entry, merge_error({error.method, error.name, error.text, 1, error.now, error.now})};
}

}  // namespace acrida::cluster
