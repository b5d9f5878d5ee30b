#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cluster/action.h"

namespace acrida::cluster {

// Where a master keeps what a later life of it needs (--resume): key and value rows in one SQLite file, write-ahead
// logged. A save is one transaction, written and flushed to the disk by a thread of its own.
//
// Owner   the shell. The destructor waits for what was accepted to be written.
// Thread  save() on the shell's thread; `saved` is called on the store's own: post it to yours.
// Fails   open() with a sentence; a save that fails is reported to `saved` with the reason, and so are all after it:
//         the receipts that wait for it never go out, so workers keep their results.
class ResumeStore {
 public:
  using Rows = std::vector<std::pair<std::string, std::string>>;
  // `problem` is empty when the ticket is safe.
  using Saved = std::function<void(std::uint64_t ticket, const std::string& problem)>;

  static base::Result<std::unique_ptr<ResumeStore>, std::string> open(const std::string& path, Saved saved);
  ~ResumeStore();
  ResumeStore(const ResumeStore&) = delete;
  ResumeStore& operator=(const ResumeStore&) = delete;

  // What is there, from open(): for Master::resume(). A run that was not to be resumed: erase() instead.
  const Rows& rows() const { return rows_; }
  void erase();
  void save(Persist what);

 private:
  class Writer;
  ResumeStore(std::unique_ptr<Writer> writer, Rows rows);

  std::unique_ptr<Writer> writer_;
  Rows rows_;
};

}  // namespace acrida::cluster
