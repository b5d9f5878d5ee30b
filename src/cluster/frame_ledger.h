#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/messages.h"

namespace acrida::cluster {

// What a worker that is gone had counted and never delivered.
struct Gap {
  std::string worker_id;
  std::string why;                       // "was killed or cut off", …
  std::int64_t known_missing = 0;        // told in its last heartbeat and never delivered
  double unknown_seconds = 0;            // between that heartbeat and its end, at most: nobody can know
  std::int64_t requests_per_second = 0;  // its pace before: what the unknown time may amount to
};

// Which frames of which life of a worker have been counted. Frames of one life count in order and once: what comes
// again is acknowledged again and not counted, what comes too early waits at the worker.
//
// Owner   a Master.  Thread  the master's.
class FrameLedger {
 public:
  struct Life {
    std::string worker_id;
    std::uint64_t received = 0;  // the newest frame that was counted
    std::uint64_t run = 0;       // whose requests `requests` are
    std::int64_t requests = 0;   // counted from its frames in this run
    bool is_restored = false;    // from a former life of the master, and not back yet
    // From its heartbeats; saved when something else of it changes.
    std::int64_t counted = 0;
    std::uint64_t counted_run = 0;
    std::int64_t pace = 0;     // requests per second
    double told_wall = 0;      // when
    bool has_changed = false;  // since the last take_changes()
  };
  enum class Verdict { Count, Again, Early };

  Life& life(std::string_view incarnation, std::string_view worker_id);
  void told(std::string_view incarnation, const Heartbeat::Extended& beat, std::int64_t pace, double wall);
  // It was told to take part in `run`: from now on it may have counted something.
  void ordered(std::string_view incarnation, std::string_view worker_id, std::uint64_t run, double wall);
  // A gap for each life of `run` that was there before this master and never came back.
  void settle_absent(const std::set<std::string>& present, std::uint64_t run, double wall);
  const Life* find(std::string_view incarnation) const;
  Verdict judge(const Life& life, std::uint64_t sequence) const;
  void counted(Life& life, std::uint64_t sequence, std::uint64_t run, std::int64_t requests);

  // One gap per life; a worker that comes back after all has none.
  void note_gap(const std::string& life, Gap gap) { gaps_[life] = std::move(gap), changed_gaps_.insert(life); }
  void heal(const std::string& life) {
    if (gaps_.erase(life) > 0) changed_gaps_.insert(life);
  }
  std::set<std::string> take_changed_gaps() { return std::exchange(changed_gaps_, {}); }
  const std::map<std::string, Gap>& gaps() const { return gaps_; }
  // What came for a test that was over already, or before it was cleared: counted nowhere but here.
  void late(std::int64_t requests) { late_requests_ += requests; }
  std::int64_t late_requests() const { return late_requests_; }

  // A new test: no gaps. Lives stay that still have a worker; one that comes back without says where its frames begin.
  void begin_run(const std::set<std::string>& lives_with_a_worker);
  void touch_all();  // everything has changed
  std::vector<std::pair<std::string, Life>> take_changes();
  void restore(const std::string& incarnation, Life life) { lives_[incarnation] = std::move(life); }
  const std::map<std::string, Life, std::less<>>& lives() const { return lives_; }

 private:
  std::map<std::string, Life, std::less<>> lives_;  // by incarnation
  std::map<std::string, Gap> gaps_;
  std::set<std::string> changed_gaps_;
  std::int64_t late_requests_ = 0;
};

}  // namespace acrida::cluster
