#include "cluster/resume_store.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>

using namespace acrida::cluster;

namespace {

// A file of its own, gone at the end.
struct Path {
  Path() : name((std::filesystem::temp_directory_path() / ("acrida-store-" + std::to_string(getpid()))).string()) {
    remove();
  }
  ~Path() { remove(); }
  void remove() const {
    for (const char* end : {"", "-wal", "-shm"}) std::remove((name + end).c_str());
  }
  const std::string name;
};

// Opens, saves all of them, and waits for the last ticket.
std::string save_all(const std::string& path, std::vector<Persist> saves) {
  std::promise<std::string> last;
  const std::uint64_t final_ticket = saves.back().ticket;
  auto store = ResumeStore::open(path, [&](std::uint64_t ticket, const std::string& problem) {
    if (ticket == final_ticket) last.set_value(problem);
  });
  REQUIRE(store.ok());
  for (Persist& save : saves) (*store)->save(std::move(save));
  return last.get_future().get();
}

ResumeStore::Rows rows_of(const std::string& path) {
  auto store = ResumeStore::open(path, [](std::uint64_t, const std::string&) {});
  REQUIRE(store.ok());
  return (*store)->rows();
}

}  // namespace

TEST_CASE("what was saved is there for the next life: newer rows in the place of older ones, empty ones gone") {
  const Path path;
  using namespace std::string_literals;
  CHECK(save_all(path.name, {{1, {{"run", "1"}, {"entry/GET\n/", "\0\1"s}, {"gap/x", "y"}}, false},
                             {2, {{"run", "2"}, {"gap/x", ""}}, false}}) == "");
  CHECK(rows_of(path.name) == ResumeStore::Rows{{"entry/GET\n/", "\0\1"s}, {"run", "2"}});
  CHECK(save_all(path.name, {{3, {{"run", "3"}}, true}}) == "");
  CHECK(rows_of(path.name) == ResumeStore::Rows{{"run", "3"}});
}

TEST_CASE("what was accepted is written before the store is gone") {
  const Path path;
  {
    auto store = ResumeStore::open(path.name, [](std::uint64_t, const std::string&) {});
    for (std::uint64_t i = 1; i <= 50; ++i) (*store)->save({i, {{"run", std::to_string(i)}}, false});
  }
  CHECK(rows_of(path.name) == ResumeStore::Rows{{"run", "50"}});
}

TEST_CASE("a run that is not to be resumed is erased") {
  const Path path;
  save_all(path.name, {{1, {{"run", "1"}}, false}});
  {
    auto store = ResumeStore::open(path.name, [](std::uint64_t, const std::string&) {});
    (*store)->erase();
  }
  CHECK(rows_of(path.name).empty());
}

TEST_CASE("a file that is something else is refused with a sentence") {
  const Path path;
  std::ofstream(path.name) << "this is my diary, and it is long enough to be no empty database file at all …………";
  auto store = ResumeStore::open(path.name, [](std::uint64_t, const std::string&) {});
  REQUIRE_FALSE(store.ok());
  CHECK(store.error().find("not a file that a run can be kept in") != std::string::npos);
  CHECK(store.error().find("--resume") != std::string::npos);
  CHECK_FALSE(ResumeStore::open("/nowhere/at/all", [](std::uint64_t, const std::string&) {}).ok());
}
