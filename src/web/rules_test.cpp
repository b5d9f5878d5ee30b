// The rules that look at one request: routes, guard, start gate, login verdicts.
#include <doctest/doctest.h>

#include "web/guard.h"
#include "web/login_verdicts.h"
#include "web/route.h"
#include "web/start_gate.h"

using namespace acrida;
using namespace acrida::web;

namespace {

Request request(Headers headers) {
  Request request;
  request.method = "POST";
  request.headers = std::move(headers);
  return request;
}

}  // namespace

TEST_CASE("each path finds its rule") {
  for (const RouteRule& rule : all_rules()) {
    CHECK(&rule_of(rule.route) == &rule);
    if (rule.route != Route::Asset) CHECK(find_rule(rule.path) == &rule);
  }
  CHECK(find_rule("/assets/app.js")->route == Route::Asset);
  CHECK(find_rule("/assets/") == nullptr);
  CHECK(find_rule("/stats/requests/") == nullptr);
  CHECK(find_rule("/nothing") == nullptr);
}

TEST_CASE("slashes in a row are one") {
  CHECK(merged_slashes("//stats///requests/") == "/stats/requests/");
  CHECK(merged_slashes("/") == "/");
  CHECK(merged_slashes("").empty());
}

TEST_CASE("methods: reading answers HEAD and OPTIONS, starting a test is POST only, a stop may be either") {
  CHECK(allowed_methods(*find_rule("/swarm")) == "OPTIONS, POST");
  CHECK(allowed_methods(*find_rule("/stop")) == "GET, HEAD, OPTIONS, POST");
  CHECK(allowed_methods(*find_rule("/tasks")) == "GET, HEAD, OPTIONS");
  CHECK(is_allowed(*find_rule("/tasks"), "HEAD"));
  CHECK_FALSE(is_allowed(*find_rule("/tasks"), "POST"));
  CHECK_FALSE(is_allowed(*find_rule("/swarm"), "GET"));
  CHECK_FALSE(is_allowed(*find_rule("/stop"), "DELETE"));
}

TEST_CASE("the base path: what lies below it, its bare form, and what only looks like it") {
  CHECK(below_base("/tasks", "") == "/tasks");
  CHECK(below_base("/lo/tasks", "/lo") == "/tasks");
  CHECK(below_base("/lo", "/lo") == "");
  CHECK_FALSE(below_base("/tasks", "/lo"));
  CHECK_FALSE(below_base("/lobster", "/lo"));
}

TEST_CASE("a page that only this machine can reach answers to this machine's names only") {
  const Door door{true, {"load.test", "https://shown.example:8443/x"}};
  for (const char* host : {"", "localhost", "LOCALHOST:8089", "127.0.0.1:8089", "[::1]:8089", "a.localhost",
                           "load.test:1", "shown.example"})
    CHECK_MESSAGE(is_host_welcome(host, door), host);
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8089", "xlocalhost"})
    CHECK_MESSAGE(!is_host_welcome(host, door), host);
  CHECK(is_host_welcome("evil.example", Door{false, {}}));
}

TEST_CASE("another site's page is recognised by what browsers say about it") {
  CHECK_FALSE(comes_from_another_site(request({})));
  CHECK_FALSE(comes_from_another_site(request({{"Host", "a:8089"}, {"Origin", "http://a:8089"}})));
  CHECK_FALSE(comes_from_another_site(request({{"Host", "a"}, {"Origin", "https://a:443"}})));
  CHECK_FALSE(comes_from_another_site(
      request({{"Host", "inner"}, {"X-Forwarded-Host", "outer"}, {"Origin", "https://outer"}})));
  CHECK_FALSE(comes_from_another_site(request({{"Sec-Fetch-Site", "same-origin"}})));
  CHECK_FALSE(comes_from_another_site(request({{"Sec-Fetch-Site", "none"}})));
  CHECK(comes_from_another_site(request({{"Host", "a:8089"}, {"Origin", "http://a:3000"}})));
  CHECK(comes_from_another_site(request({{"Host", "a"}, {"Origin", "null"}})));
  CHECK(comes_from_another_site(request({{"Origin", "http://a"}})));
  CHECK(comes_from_another_site(request({{"Sec-Fetch-Site", "cross-site"}})));
  CHECK(comes_from_another_site(request({{"Sec-Fetch-Site", "same-site"}})));
}

TEST_CASE("of two starts at once one wins, and who knows an old state is told so") {
  StartGate gate;
  CHECK(gate.try_begin(true, std::nullopt, 3) == StartGate::Verdict::Go);
  CHECK(gate.try_begin(true, std::nullopt, 3) == StartGate::Verdict::AnotherIsStarting);
  gate.done();
  CHECK(gate.try_begin(false, std::nullopt, 4) == StartGate::Verdict::Go);  // a change of the run
  CHECK(gate.try_begin(false, 3, 4) == StartGate::Verdict::AnotherHasStarted);
  CHECK(gate.try_begin(true, 4, 4) == StartGate::Verdict::Go);
}

TEST_CASE("a login is believed for half a minute, and only to who shows the same") {
  LoginVerdicts verdicts;
  const base::Instant now{};
  Request client = request({{"Cookie", "session=1"}});
  client.peer = "10.0.0.1";
  const std::string key = LoginVerdicts::key_of(client);
  CHECK_FALSE(verdicts.is_known(key, now));
  verdicts.remember(key, now);
  CHECK(verdicts.is_known(key, now + std::chrono::seconds(29)));
  CHECK_FALSE(verdicts.is_known(key, now + std::chrono::seconds(30)));
  client.peer = "10.0.0.2";
  CHECK_FALSE(verdicts.is_known(LoginVerdicts::key_of(client), now));
  const std::string nothing = LoginVerdicts::key_of(request({{"Accept", "*/*"}}));
  verdicts.remember(nothing, now);
  CHECK_FALSE(verdicts.is_known(nothing, now));
}
