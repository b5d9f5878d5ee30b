#include "app/link_pace.h"

#include <doctest/doctest.h>

using namespace acrida;
using namespace std::chrono_literals;

namespace {

// A link on a clock that is moved by hand.
class PaceBench {
 public:
  // So many messages in the second from now on, each of which wakes the reader; how many of them it let gather.
  int second_with(int messages) {
    int paused = 0;
    for (int i = 0; i < messages; ++i) {
      paused += pace_.pause(now_ + i * (1s / messages)) > 0s;
      pace_.count();
    }
    now_ += 1s;
    return paused;
  }
  base::Duration pause() { return pace_.pause(now_); }
  void pass(base::Duration time) { now_ += time; }

 private:
  app::LinkPace pace_;
  base::Instant now_ = base::Instant(1h);
};

}  // namespace

TEST_CASE("a link with few messages is read at once") {
  PaceBench link;
  for (int second = 0; second < 5; ++second) CHECK(link.second_with(app::LinkPace::kManyInASecond - 1) == 0);
  CHECK(link.pause() == 0s);
}

TEST_CASE("a link with many messages lets them gather for 10 ms from the next second on") {
  PaceBench link;
  CHECK(link.second_with(app::LinkPace::kManyInASecond) == 0);
  CHECK(link.pause() == 10ms);
  CHECK(link.second_with(2000) == 2000);
  CHECK(link.second_with(2000) == 2000);
}

TEST_CASE("a link whose messages have become few is read at once from the next second on") {
  PaceBench link;
  link.second_with(2000);
  CHECK(link.second_with(10) == 10);
  CHECK(link.second_with(10) == 0);
}

TEST_CASE("the first message after a silence is read at once, however many came before") {
  PaceBench link;
  link.second_with(2000);
  link.pass(1s);
  CHECK(link.pause() == 0s);
  CHECK(link.second_with(10) == 0);
}
