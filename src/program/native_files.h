#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "program/results.h"
#include "stats/request_stats.h"

// What a native run leaves behind in files of --csv.
namespace acrida::program {

inline const std::vector<double> kChartPercentiles{0.5, 0.95};
inline const std::vector<double> kPercentiles{0.50, 0.66, 0.75, 0.80, 0.90, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0};

// The four files of --csv.
//
// Owner   the run. Thread: the main one. Fails: the constructor throws std::system_error with the name of the file.
class CsvFiles {
 public:
  CsvFiles(const std::string& prefix, bool has_full_history);
  // Once a second and at the end.
  void write(Results& results, std::int64_t user_count, double now);
  // Something could not be written, for instance to a full disk; the log has said so.
  bool has_failed() const { return has_failed_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;
  static File open(const std::string& path);
  void append(std::FILE* file, const std::string& text);
  void rewrite(std::FILE* file, const std::string& text);

  const bool has_full_history_;
  File stats_, history_, failures_, exceptions_;
  bool has_head_ = false, has_failed_ = false;
};

}  // namespace acrida::program
