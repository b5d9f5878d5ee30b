#include "stats/shelf.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>

#include "stats/request_stats.h"

using namespace acrida::stats;

TEST_CASE("a reader without the GIL sees entries, total and errors while they change") {
  RequestStats statistics(true, 1000.0);
  const std::shared_ptr<Shelf> shelf = statistics.shelf();
  std::atomic<bool> is_done = false;
  std::size_t most_entries = 0, most_errors = 0;
  std::thread reader([&] {
    while (!is_done) {
      const std::shared_ptr<Epoch> epoch = shelf->epoch();
      const Epoch::View view = epoch->view();
      std::int64_t sum = view.total->num_requests();
      for (const Entry* entry : view.entries) sum += entry->num_requests();
      most_entries = std::max(most_entries, view.entries.size());
      most_errors = std::max(most_errors, shelf->errors.copy().size());
      if (sum < 0) break;
    }
  });
  for (int i = 0; i < 200; ++i) {
    statistics.log_request("GET", "/" + std::to_string(i), Number{1.0, false}, Number{}, 1000.0);
    statistics.log_error("GET", "/", "error " + std::to_string(i), 1000.0);
    if (i == 100) statistics.current_epoch().remove("GET", "/3");
  }
  const Epoch::View view = shelf->epoch()->view();
  CHECK(view.entries.size() == 200);  // 201 with that of the errors, one removed
  CHECK(view.total->num_requests() == 200);
  CHECK(shelf->errors.copy().back().text == "error 199");
  is_done = true;
  reader.join();
  CHECK(most_entries <= 201);
  CHECK(most_errors <= 200);
}

TEST_CASE("a new test puts another epoch on the shelf, and the old one can still be read") {
  RequestStats statistics(true, 1000.0);
  const std::shared_ptr<Shelf> shelf = statistics.shelf();
  statistics.log_request("GET", "/a", Number{}, Number{}, 1000.0);
  const std::shared_ptr<Epoch> old_epoch = shelf->epoch();
  statistics.clear_all(1001.0);
  CHECK(shelf->epoch()->number() == old_epoch->number() + 1);
  CHECK(shelf->epoch()->view().entries.empty());
  CHECK(old_epoch->view().entries.size() == 1);
  CHECK(shelf->errors.copy().empty());
}
