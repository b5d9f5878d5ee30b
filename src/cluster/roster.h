#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cluster/worker_node.h"

namespace acrida::cluster {

// The workers that a master knows, and the indexes it gave: one per client id, never given twice.
//
// Owner   a Master.  Thread  the master's.
class Roster {
 public:
  using Nodes = std::map<std::string, WorkerNode, std::less<>>;

  // A new node in the place of an old one of that id; says whether there was one.
  WorkerNode& put(const std::string& id, base::Instant now);
  WorkerNode* find(std::string_view id);
  const WorkerNode* find(std::string_view id) const;
  bool remove(std::string_view id);
  Nodes& nodes() { return nodes_; }
  const Nodes& nodes() const { return nodes_; }

  std::int64_t index_of(std::string_view id);  // gives one at the first contact
  void greeted(const std::string& id, std::string version);
  void restore_index(const std::string& id, std::int64_t index);
  const std::unordered_map<std::string, std::int64_t>& indexes() const { return indexes_; }

  void set_counts(WorkerNode& node, ClassCounts counts);

  // Asked for with every message, so they look at few nodes or none.
  std::int64_t user_count() const { return users_; }
  bool has_active() const;
  bool has_active_that_is_not_ready() const;
  ClassCounts classes() const;
  std::int64_t active_count() const;
  std::int64_t ready_count() const;
  std::vector<std::string> active_ids() const;

 private:
  Nodes nodes_;
  // The same for looking up, several times a message: ids have long beginnings in common, which makes a map of them
  // slow.
  std::unordered_map<std::string_view, WorkerNode*> by_id_;
  std::unordered_map<std::string, std::int64_t> indexes_;
  std::unordered_map<std::string, std::string> versions_;  // as said in the last greeting, which may precede the node
  std::int64_t next_index_ = 0, users_ = 0;
};

}  // namespace acrida::cluster
