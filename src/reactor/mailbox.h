#pragma once

#include <atomic>

namespace acrida::reactor {

// A link inside an object that travels through mailboxes. An object that can be under way in several
// mailboxes at once (a request and its cancellation) holds one link for each.
struct Letter {
  Letter* next = nullptr;
  void* content = nullptr;  // the object that this link is part of
};

// An intrusive list between two threads: any thread posts, one thread collects. It cannot be full, nothing is
// allocated and nothing is dropped. One atomic word holds the list or the mark "the owner sleeps".
//
// Owner   the thread that collects; it outlives every poster.
// Thread  post() anywhere; collect() and fall_asleep() on the owner's thread only.
//
// The protocol (no fences, so that the thread sanitizer understands it):
//   poster     if (box.post(letter)) wake the owner's eventfd      — true exactly once per sleep
//   owner      handle collect(); then if (box.fall_asleep()) block on the eventfd, else collect again
class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Adds one letter. True: the owner sleeps and this call ended its sleep, so the caller must wake it (at once or
  // at the end of its own batch).
  bool post(Letter* letter) { return post_chain(letter, letter); }

  // Adds a chain first -> … -> last whose links already run from the NEWEST to the OLDEST letter.
  bool post_chain(Letter* newest, Letter* oldest) {
    Letter* seen = head_.load(std::memory_order_relaxed);
    do {
      oldest->next = seen == asleep() ? nullptr : seen;
    } while (!head_.compare_exchange_weak(seen, newest, std::memory_order_seq_cst, std::memory_order_relaxed));
    return seen == asleep();
  }

  // Takes everything, oldest first; nullptr if there is nothing. The owner counts as awake afterwards.
  Letter* collect() {
    Letter* newest = head_.exchange(nullptr, std::memory_order_seq_cst);
    if (newest == asleep()) return nullptr;
    Letter* oldest_first = nullptr;
    while (newest) {
      Letter* older = newest->next;
      newest->next = oldest_first;
      oldest_first = newest;
      newest = older;
    }
    return oldest_first;
  }

  // Marks the owner as asleep. False: letters have come meanwhile, collect() first.
  bool fall_asleep() {
    Letter* expected = nullptr;
    return head_.compare_exchange_strong(expected, asleep(), std::memory_order_seq_cst) || expected == asleep();
  }

 private:
  // The address of a private object: equal to no letter.
  static Letter* asleep() {
    static Letter mark;
    return &mark;
  }

  alignas(64) std::atomic<Letter*> head_{nullptr};
};

}  // namespace acrida::reactor
