#include "reactor/reactor.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <thread>

using namespace acrida;
using namespace acrida::reactor;
using namespace std::chrono_literals;

namespace {

struct Pair {
  Pair() {
    int fds[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    ours = Descriptor(fds[0]);
    theirs = Descriptor(fds[1]);
  }
  void say(const std::string& text) { REQUIRE(write(theirs.get(), text.data(), text.size()) > 0); }
  Descriptor ours, theirs;
};

struct Listener final : Handler {
  std::function<void(Readiness)> heard;
  void on_ready(Readiness readiness) override { heard(readiness); }
};

// A guest that lets the loop run for some turns.
struct Visitor final : Guest {
  std::function<void(int turn)> turn_ended = [](int) {};
  int turns = 0, wakes = 0;
  bool may_sleep = true;
  void on_wake() override { ++wakes; }
  void on_turn() override { turn_ended(++turns); }
  bool try_sleep() override { return may_sleep; }
};

}  // namespace

TEST_CASE("a readable descriptor is told once per edge, and the peer's end as a hang-up") {
  Reactor reactor;
  Pair pair;
  Visitor visitor;
  Listener listener;
  std::string log;
  listener.heard = [&](Readiness r) {
    if (r.readable) log += "r";
    if (r.hangup) log += "h";
    log += " ";
  };
  REQUIRE(reactor.add(pair.ours.get(), &listener));
  pair.say("x");  // never read: an edge is told once
  visitor.turn_ended = [&](int turn) {
    if (turn == 1) pair.say("y");
    if (turn == 2) pair.theirs.close();
    if (turn == 3) reactor.stop();
  };
  reactor.run(visitor);
  CHECK(log == "r r rh ");
}

TEST_CASE("descriptors come before timers of the same turn") {
  Reactor reactor;
  Pair pair;
  Visitor visitor;
  std::string order;
  Listener listener;
  listener.heard = [&](Readiness) { order += "descriptor "; };
  REQUIRE(reactor.add(pair.ours.get(), &listener));
  struct Context {
    std::string* order;
    Reactor* reactor;
  } context{&order, &reactor};
  Timer timer(
      [](void* c) {
        *static_cast<Context*>(c)->order += "timer";
        static_cast<Context*>(c)->reactor->stop();
      },
      &context);
  pair.say("x");
  reactor.timers().arm(timer, base::Instant{});  // long due
  reactor.run(visitor);
  // The socket may be writable a turn before the tick; what counts is that no timer came first.
  CHECK(order.rfind("descriptor ", 0) == 0);
  CHECK(order.find("timer") == order.size() - 5);
}

TEST_CASE("a handler that is forgotten in the middle of a batch hears nothing more") {
  Reactor reactor;
  Pair first, second;
  Visitor visitor;
  Listener one, other;
  int calls = 0;
  one.heard = [&](Readiness) {
    ++calls;
    reactor.forget(second.ours.get(), &other);
    second.ours.close();
  };
  other.heard = [&](Readiness) {
    ++calls;
    reactor.forget(first.ours.get(), &one);
    first.ours.close();
  };
  first.say("x");
  second.say("x");
  REQUIRE(reactor.add(first.ours.get(), &one));
  REQUIRE(reactor.add(second.ours.get(), &other));
  visitor.turn_ended = [&](int) { reactor.stop(); };
  reactor.run(visitor);
  CHECK(calls == 1);
}

TEST_CASE("what is forgotten stays silent, even while a forked child still holds the socket") {
  Reactor reactor;
  Pair pair;
  Visitor visitor;
  Listener listener;
  int calls = 0;
  listener.heard = [&](Readiness) { ++calls; };
  REQUIRE(reactor.add(pair.ours.get(), &listener));
  const Descriptor in_a_child(dup(pair.ours.get()));  // as fork() does it: the same socket under another number
  reactor.forget(pair.ours.get(), &listener);
  pair.ours.close();
  pair.say("x");
  visitor.turn_ended = [&](int) { reactor.stop(); };
  reactor.wake();
  reactor.run(visitor);
  CHECK(calls == 0);
}

TEST_CASE("who has used up a budget is visited again in the next turn, after fresh events, unless forgotten") {
  Reactor reactor;
  Pair pair;
  Visitor visitor;
  Listener greedy, fresh, gone;
  std::string log;
  greedy.heard = [&](Readiness) { log += "greedy "; };
  fresh.heard = [&](Readiness) { log += "fresh "; };
  gone.heard = [&](Readiness) { log += "gone "; };
  visitor.turn_ended = [&](int turn) {
    log += "| ";
    if (turn == 1) {
      reactor.revisit(&greedy);
      reactor.revisit(&gone);
      reactor.forget(-1, &gone);
      pair.say("x");
      REQUIRE(reactor.add(pair.ours.get(), &fresh));
    }
    if (turn == 2) reactor.stop();
  };
  reactor.wake();
  reactor.run(visitor);
  CHECK(log == "| fresh greedy | ");
}

TEST_CASE("another thread ends the loop's sleep, every time") {
  Reactor reactor;
  Visitor visitor;
  std::atomic<int> seen{0};
  visitor.turn_ended = [&](int) { seen = visitor.wakes; };
  std::thread loop([&] { reactor.run(visitor); });
  for (int i = 1; i <= 100; ++i) {
    reactor.wake();
    while (seen < i) std::this_thread::yield();
  }
  reactor.stop();
  loop.join();
  CHECK(visitor.wakes >= 100);
}
