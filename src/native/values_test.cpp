#include <doctest/doctest.h>

#include <chrono>

#include <acrida/json.h>
#include "native/cookie_jar.h"

using namespace acrida;
using namespace std::chrono_literals;
using native::CookieJar;

TEST_CASE("JSON is made, read and written") {
  const Json json{{"user", "anna"}, {"item", 7}, {"price", 1.5}, {"gift", true}, {"tags", Json::array({"a", nullptr})}};
  CHECK(json.dump() == R"({"gift":true,"item":7,"price":1.5,"tags":["a",null],"user":"anna"})");
  CHECK(json["item"].integer() == 7);
  CHECK(json["price"].number() == 1.5);
  CHECK(json["tags"][0].text() == "a");
  CHECK(json["tags"][1].is_null());
  CHECK(json["tags"].size() == 2);
  CHECK(json["gift"].boolean());
  CHECK_FALSE(json.contains("nothing"));
  Json inner;
  {
    inner = Json::parse(R"({"a": {"b": [1, 2]}})")["a"]["b"];  // outlives the whole
  }
  CHECK(inner.dump() == "[1,2]");
}

TEST_CASE("what JSON is not says what was expected and what is there") {
  CHECK_THROWS_WITH_AS(Json::parse("<html>"), "not JSON: <html>", JsonError);
  CHECK_THROWS_WITH_AS(Json{}["token"], "expected an object with a member \"token\", but the JSON value is null",
                       JsonError);
  CHECK_THROWS_WITH_AS(Json(7).text(), "expected a text, but the JSON value is 7", JsonError);
  CHECK_THROWS_AS(Json::array({1})[1], JsonError);
}

TEST_CASE("cookies go back to where they came from") {
  CookieJar jar;
  const base::Instant now{};
  jar.take("id=1; Path=/", "shop.test", "/a/b", now);
  jar.take("deep=2", "shop.test", "/a/b", now);
  jar.take("all=3; Domain=.shop.test; Path=/; Secure", "www.shop.test", "/", now);
  CHECK(jar.line_for("shop.test", "/", false, now) == "id=1");
  CHECK(jar.line_for("shop.test", "/a/c?x=1", false, now) == "id=1; deep=2");
  CHECK(jar.line_for("shop.test", "/ab", false, now) == "id=1");
  CHECK(jar.line_for("api.shop.test", "/", true, now) == "all=3");
  CHECK(jar.line_for("api.shop.test", "/", false, now).empty());
  CHECK(jar.line_for("other.test", "/", true, now).empty());
}

TEST_CASE("cookies are replaced, expire, and are refused from strangers") {
  CookieJar jar;
  const base::Instant now{};
  jar.take("id=1; Path=/", "shop.test", "/", now);
  jar.take("id=2; Path=/; Max-Age=10", "shop.test", "/", now);
  jar.take("evil=1; Domain=bank.test", "shop.test", "/", now);
  jar.take("nonsense", "shop.test", "/", now);
  CHECK(jar.line_for("shop.test", "/", false, now + 9s) == "id=2");
  CHECK(jar.line_for("shop.test", "/", false, now + 10s).empty());
  jar.take("id=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "shop.test", "/", now);
  CHECK(jar.is_empty());
}
