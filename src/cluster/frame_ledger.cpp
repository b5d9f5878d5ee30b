#include "cluster/frame_ledger.h"

#include <algorithm>

namespace acrida::cluster {

FrameLedger::Life& FrameLedger::life(std::string_view incarnation, std::string_view worker_id) {
  auto found = lives_.find(incarnation);
  if (found == lives_.end()) {
    found = lives_.emplace(incarnation, Life{}).first;
    found->second.worker_id = worker_id;
    found->second.has_changed = true;
  }
  return found->second;
}

const FrameLedger::Life* FrameLedger::find(std::string_view incarnation) const {
  const auto found = lives_.find(incarnation);
  return found == lives_.end() ? nullptr : &found->second;
}

void FrameLedger::told(std::string_view incarnation, const Heartbeat::Extended& beat, std::int64_t pace, double wall) {
  const auto found = lives_.find(incarnation);
  if (found == lives_.end()) return;
  Life& life = found->second;
  life.counted = beat.counted;
  life.counted_run = beat.run;
  life.pace = pace;
  life.told_wall = wall;
}

void FrameLedger::ordered(std::string_view incarnation, std::string_view worker_id, std::uint64_t run, double wall) {
  Life& one = life(incarnation, worker_id);
  if (one.counted_run == run) return;
  one.counted_run = run;
  one.counted = 0;
  one.told_wall = wall;
  one.has_changed = true;
}

void FrameLedger::settle_absent(const std::set<std::string>& present, std::uint64_t run, double wall) {
  constexpr double kSilenceLimit = 60;  // then a worker without a master stops by itself
  for (const auto& [incarnation, life] : lives_) {
    const bool has_part = life.run == run || life.counted_run == run;
    if (!life.is_restored || !has_part || present.contains(incarnation) || gaps_.contains(incarnation)) continue;
    const std::int64_t delivered = life.run == run ? life.requests : 0;
    const std::int64_t told = life.counted_run == run ? life.counted : 0;
    note_gap(incarnation, {life.worker_id, "did not come back to the master that was started anew",
                           std::max<std::int64_t>(0, told - delivered),
                           std::clamp(wall - life.told_wall, 1.0, kSilenceLimit), life.pace});
  }
}

FrameLedger::Verdict FrameLedger::judge(const Life& life, std::uint64_t sequence) const {
  if (sequence <= life.received) return Verdict::Again;
  return sequence == life.received + 1 ? Verdict::Count : Verdict::Early;
}

void FrameLedger::counted(Life& life, std::uint64_t sequence, std::uint64_t run, std::int64_t requests) {
  life.received = sequence;
  if (life.run != run) life.requests = 0;
  life.run = run;
  life.requests += requests;
  life.has_changed = true;
}

void FrameLedger::begin_run(const std::set<std::string>& lives_with_a_worker) {
  std::erase_if(lives_, [&](const auto& each) { return !lives_with_a_worker.contains(each.first); });
  gaps_.clear();
  late_requests_ = 0;
}

void FrameLedger::touch_all() {
  for (auto& [incarnation, life] : lives_) life.has_changed = true;
}

std::vector<std::pair<std::string, FrameLedger::Life>> FrameLedger::take_changes() {
  std::vector<std::pair<std::string, Life>> changed;
  for (auto& [incarnation, life] : lives_)
    if (life.has_changed) {
      life.has_changed = false;
      changed.emplace_back(incarnation, life);
    }
  return changed;
}

}  // namespace acrida::cluster
