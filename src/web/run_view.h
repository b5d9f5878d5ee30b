#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "stats/shelf.h"

namespace acrida::web {

using Json = nlohmann::json;
using SharedJson = std::shared_ptr<const Json>;

// The run as the web server shows it: what its owner has put here last. Statistics are read where they are counted.
//
// Owner   the site; the run's owner (Python, or a link to workers) writes.
// Thread  any.
// Fails   never; a part that nobody has put yet is an empty object.
class RunView {
 public:
  enum class Part : std::size_t {
    Status,      // state, users, workers, notices …: the small things that change all the time
    Page,        // the page's data (`window.templateArgs`) but for what is read elsewhere
    Tasks,       // the answer of /tasks
    Exceptions,  // [{count, msg, traceback, nodes}]
    Settings,    // percentiles and intervals that people may assign, names of files
    WorkerLogs,  // {worker id: [lines]}
    Count_,
  };
  static constexpr std::size_t kLogLines = 500;

  struct Versioned {
    SharedJson value;
    std::uint64_t version = 0;  // grows with each put() that changes it
  };

  RunView();

  // Nothing happens if the part is equal already.
  void put(Part part, Json value);
  SharedJson get(Part part) const { return versioned(part).value; }
  Versioned versioned(Part part) const;

  void set_statistics(std::shared_ptr<stats::Shelf> shelf);
  std::shared_ptr<stats::Shelf> statistics() const;

  // Log lines of this process; the last kLogLines are kept.
  void add_log_lines(std::vector<std::string> lines);
  struct LogTail {
    std::vector<std::string> lines;
    std::uint64_t end = 0;  // number of the line behind the last one
  };
  LogTail log_lines_since(std::uint64_t number) const;  // 0: all that are kept

 private:
  mutable std::mutex mutex_;
  std::array<Versioned, static_cast<std::size_t>(Part::Count_)> parts_;
  std::shared_ptr<stats::Shelf> shelf_;
  std::deque<std::string> lines_;
  std::uint64_t lines_end_ = 0;
};

// Reading what may not be there: `fallback` for a missing member or one of another type.
template <class T>
T value_or(const Json& object, const char* name, T fallback) {
  if (!object.is_object()) return fallback;
  const auto found = object.find(name);
  if (found == object.end()) return fallback;
  if constexpr (std::is_same_v<T, std::string>)
    return found->is_string() ? found->get<std::string>() : fallback;
  else if constexpr (std::is_same_v<T, bool>)
    return found->is_boolean() ? found->get<bool>() : fallback;
  else
    return found->is_number() ? found->get<T>() : fallback;
}
const Json& member_or_null(const Json& object, const char* name);

}  // namespace acrida::web
