#include "net/resolver.h"

#include <doctest/doctest.h>
#include <netdb.h>

#include <memory>

using namespace acrida;

namespace {

struct Asker final : net::LookupWaiter {
  net::Addresses addresses;
  int code = 0;
  int calls = 0;
  void on_addresses(const net::Addresses& found) override {
    addresses = found;
    ++calls;
  }
  void on_lookup_failed(int eai_code) override {
    code = eai_code;
    ++calls;
  }
};

// Runs the loop until `done` look-ups have been answered.
struct ResolverBench final : reactor::Guest {
  reactor::Reactor reactor;
  net::Resolver resolver{reactor};
  Asker* last = nullptr;
  void on_wake() override { resolver.collect(); }
  void on_turn() override {
    if (last->calls > 0) reactor.stop();
  }
  bool try_sleep() override { return true; }
  void run_until(Asker& asker) {
    last = &asker;
    reactor.run(*this);
  }
};

}  // namespace

TEST_CASE("numeric hosts need no look-up") {
  ResolverBench bench;
  Asker asker;
  CHECK(bench.resolver.find("127.0.0.1", &asker).at(0).with_port(80).to_text() == "127.0.0.1:80");
  CHECK(bench.resolver.find("::1", &asker).at(0).with_port(80).to_text() == "[::1]:80");
  CHECK(asker.calls == 0);
  CHECK_FALSE(net::parse_numeric("localhost"));
  CHECK_FALSE(net::parse_numeric("127.0.0"));
}

TEST_CASE("one look-up serves all who wait, and who is gone is not called; later the answer is at hand") {
  ResolverBench bench;
  Asker first, gone, last;
  CHECK(bench.resolver.find("localhost", &first).empty());
  CHECK(bench.resolver.find("localhost", &gone).empty());
  CHECK(bench.resolver.find("localhost", &last).empty());
  bench.resolver.forget(&gone);
  bench.run_until(last);
  CHECK(first.calls == 1);
  CHECK(last.calls == 1);
  CHECK(gone.calls == 0);
  REQUIRE_FALSE(first.addresses.empty());
  Asker later;
  CHECK(bench.resolver.find("localhost", &later).size() == first.addresses.size());
  CHECK(later.calls == 0);
}

TEST_CASE("a name that does not exist is told by its code, and asked for again next time") {
  ResolverBench bench;
  Asker asker, again;
  CHECK(bench.resolver.find("no-such-host.invalid", &asker).empty());
  bench.run_until(asker);
  CHECK(asker.code < 0);
  CHECK(bench.resolver.find("no-such-host.invalid", &again).empty());
}

TEST_CASE("the resolver can go while a look-up is under way") {
  Asker asker;
  {
    ResolverBench bench;
    CHECK(bench.resolver.find("some-host.invalid", &asker).empty());
  }
  CHECK(asker.calls == 0);
}
