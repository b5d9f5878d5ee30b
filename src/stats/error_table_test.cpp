#include "stats/error_table.h"

#include <doctest/doctest.h>

#include <string>

using namespace acrida::stats;

TEST_CASE("equal failures share a record that knows when it was seen") {
  ErrorTable errors;
  errors.log("GET", "/x", "boom", 100.5);
  errors.log("GET", "/x", "boom", 101.5);
  errors.log("GET", "/y", "boom", 102.0);
  REQUIRE(errors.records().size() == 2);
  CHECK(errors.records()[0]->occurrences.get() == 2);
  CHECK(errors.records()[0]->first_seen.get() == 100.5);
  CHECK(errors.records()[0]->last_seen.get() == 101.5);
}

TEST_CASE("above the limit failures are counted in one record that says so") {
  ErrorTable errors(3);
  for (int id = 0; id < 10; ++id) errors.log("GET", "/x", "no user " + std::to_string(id), 1.0);
  REQUIRE(errors.records().size() == 4);
  CHECK(errors.records()[3]->occurrences.get() == 7);
  CHECK(errors.records()[3]->text == "more than 3 different errors: all others are counted here");
  errors.log("GET", "/x", "no user 1", 2.0);
  CHECK(errors.records()[1]->occurrences.get() == 2);
}

TEST_CASE("a removed record makes room, and the others are still found") {
  ErrorTable errors;
  for (const char* text : {"a", "b", "c"}) errors.log("GET", "/", text, 1.0);
  errors.remove(*errors.records()[1]);
  errors.log("GET", "/", "c", 2.0);
  REQUIRE(errors.records().size() == 2);
  CHECK(errors.records()[1]->text == "c");
  CHECK(errors.records()[1]->occurrences.get() == 2);
}

TEST_CASE("addresses in error texts are masked") {
  CHECK(mask_address("<Foo object at 0x7f12> and <Foo object at 0x7f12>") ==
        "<Foo object at 0x....> and <Foo object at 0x....>");
  CHECK(mask_address("<A object at 0x1> <B object at 0x2>") == "<A object at 0x....> <B object at 0x2>");
  CHECK(mask_address("object at 0x12 without an end") == "object at 0x12 without an end");
  CHECK(mask_address("plain") == "plain");
}
