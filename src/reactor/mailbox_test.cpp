#include "reactor/mailbox.h"

#include <doctest/doctest.h>

#include <atomic>
#include <deque>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

using acrida::reactor::Letter;
using acrida::reactor::Mailbox;

namespace {

struct Note : Letter {
  int from = 0, number = 0;
};

}  // namespace

TEST_CASE("letters are collected in the order in which they were posted") {
  Mailbox box;
  CHECK(box.collect() == nullptr);
  Note notes[3];
  for (Note& note : notes) CHECK_FALSE(box.post(&note));  // the owner is awake: nobody need be woken
  Letter* first = box.collect();
  CHECK(first == &notes[0]);
  CHECK(first->next == &notes[1]);
  CHECK(first->next->next == &notes[2]);
  CHECK(first->next->next->next == nullptr);
  CHECK(box.collect() == nullptr);
}

TEST_CASE("a chain arrives behind what was there") {
  Mailbox box;
  Note before, oldest, newest;
  box.post(&before);
  newest.next = &oldest;
  box.post_chain(&newest, &oldest);
  Letter* first = box.collect();
  CHECK(first == &before);
  CHECK(first->next == &oldest);
  CHECK(first->next->next == &newest);
}

TEST_CASE("exactly one poster per sleep is told to wake the owner") {
  Mailbox box;
  Note notes[3];
  REQUIRE(box.fall_asleep());
  REQUIRE(box.fall_asleep());  // still asleep
  CHECK(box.post(&notes[0]));
  CHECK_FALSE(box.post(&notes[1]));
  CHECK_FALSE(box.fall_asleep());  // there are letters
  CHECK(box.collect() == &notes[0]);
  CHECK_FALSE(box.post(&notes[2]));
}

TEST_CASE("several threads post to one that sleeps: nothing is lost, nothing doubled, each in its order") {
  constexpr int kThreads = 3, kNotes = 20'000;
  Mailbox box;
  std::counting_semaphore<> bell{0};
  std::deque<Note> notes(kThreads * kNotes);
  std::vector<std::thread> posters;
  for (int t = 0; t < kThreads; ++t) {
    posters.emplace_back([&, t] {
      for (int i = 0; i < kNotes; ++i) {
        Note& note = notes[static_cast<std::size_t>(t * kNotes + i)];
        note.from = t;
        note.number = i;
        if (box.post(&note)) bell.release();
      }
    });
  }
  int next_number[kThreads] = {};
  for (int received = 0; received < kThreads * kNotes;) {
    Letter* letter = box.collect();
    if (!letter && box.fall_asleep()) bell.acquire();
    while (letter) {
      const Note& note = *static_cast<Note*>(std::exchange(letter, letter->next));
      REQUIRE(note.number == next_number[note.from]++);
      ++received;
    }
  }
  for (std::thread& poster : posters) poster.join();
  CHECK(box.collect() == nullptr);
}
