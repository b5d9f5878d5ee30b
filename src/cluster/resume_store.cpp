#include "cluster/resume_store.h"

#include <fmt/core.h>
#include <signal.h>
#include <sqlite3.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace acrida::cluster {

// Not in the unnamed namespace: a class with outside linkage has such members.
namespace sqlite {
struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct EndStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, EndStatement>;
}  // namespace sqlite

namespace {

using sqlite::Database;
using sqlite::Statement;

// FULL: a commit is on the disk, not only with the kernel, before anybody gets a receipt for it.
constexpr const char* kSetUp =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;"
    "CREATE TABLE IF NOT EXISTS acrida_run (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;";

Statement prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
  return Statement(statement);
}

std::string column(sqlite3_stmt* statement, int i) {
  const void* bytes = sqlite3_column_blob(statement, i);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
  return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string{};
}

bool read_rows(sqlite3* database, ResumeStore::Rows& rows) {
  const Statement all = prepare(database, "SELECT key, value FROM acrida_run ORDER BY key");
  if (!all) return false;
  int step = SQLITE_OK;
  while ((step = sqlite3_step(all.get())) == SQLITE_ROW) rows.emplace_back(column(all.get(), 0), column(all.get(), 1));
  return step == SQLITE_DONE;
}

bool run(sqlite3* database, const char* sql) {
  return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

bool bind(sqlite3_stmt* statement, int i, const std::string& bytes) {
  return sqlite3_bind_blob64(statement, i, bytes.data(), bytes.size(), SQLITE_STATIC) == SQLITE_OK;
}

bool write_row(sqlite3_stmt* put, sqlite3_stmt* remove, const std::string& key, const std::string& value) {
  sqlite3_stmt* statement = value.empty() ? remove : put;
  sqlite3_reset(statement);
  return bind(statement, 1, key) && (value.empty() || bind(statement, 2, value)) &&
         sqlite3_step(statement) == SQLITE_DONE;
}

bool commit(sqlite3* database, const Persist& what) {
  if (!run(database, "BEGIN IMMEDIATE")) return false;
  const Statement put = prepare(database, "INSERT OR REPLACE INTO acrida_run VALUES (?1, ?2)");
  const Statement remove = prepare(database, "DELETE FROM acrida_run WHERE key = ?1");
  bool is_written = put && remove && (!what.replaces_everything || run(database, "DELETE FROM acrida_run"));
  for (const auto& [key, value] : what.rows) is_written = is_written && write_row(put.get(), remove.get(), key, value);
  return run(database, is_written ? "COMMIT" : "ROLLBACK") && is_written;
}

}  // namespace

class ResumeStore::Writer {
 public:
  Writer(Database database, std::string path, Saved saved)
      : database_(std::move(database)), path_(std::move(path)), saved_(std::move(saved)), thread_([this] { work(); }) {}
  ~Writer() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  void save(Persist what) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(what));
    }
    wake_.notify_one();
  }

 private:
  void work() {
    sigset_t all;  // signals are for the main thread
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    while (std::optional<Persist> next = take()) {
      // After one that failed nothing may be called safe any more: it would hide a hole.
      if (problem_.empty() && !commit(database_.get(), *next))
        problem_ = fmt::format(
            "{}: cannot save the run ({}). Is the disk full? Workers keep their results until the "
            "master is started anew with --resume.",
            path_, sqlite3_errmsg(database_.get()));
      saved_(next->ticket, problem_);
    }
  }
  std::optional<Persist> take() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
    if (queue_.empty()) return std::nullopt;
    Persist next = std::move(queue_.front());
    queue_.pop_front();
    return next;
  }

  Database database_;
  const std::string path_;
  const Saved saved_;
  std::string problem_;  // the thread's
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Persist> queue_;
  bool is_ending_ = false;
  std::thread thread_;
};

base::Result<std::unique_ptr<ResumeStore>, std::string> ResumeStore::open(const std::string& path, Saved saved) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  Database database(opened);
  Rows rows;
  if (code != SQLITE_OK || !run(database.get(), kSetUp) || !read_rows(database.get(), rows))
    return fmt::format("{}: not a file that a run can be kept in ({}). Name another one with --resume, or delete it.",
                       path, opened ? sqlite3_errmsg(opened) : "out of memory");
  auto writer = std::make_unique<Writer>(std::move(database), path, std::move(saved));
  return std::unique_ptr<ResumeStore>(new ResumeStore(std::move(writer), std::move(rows)));
}

ResumeStore::ResumeStore(std::unique_ptr<Writer> writer, Rows rows)
    : writer_(std::move(writer)), rows_(std::move(rows)) {}
ResumeStore::~ResumeStore() = default;

void ResumeStore::erase() {
  rows_.clear();
  writer_->save({0, {}, true});
}

void ResumeStore::save(Persist what) { writer_->save(std::move(what)); }

}  // namespace acrida::cluster
