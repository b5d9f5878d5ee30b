#include "program/start_form.h"

#include <doctest/doctest.h>

using namespace acrida;
using program::BadForm;
using program::FormRules;
using program::read_start_form;

namespace {
const FormRules kPlain{.classes = {"Ant", "Bee"}};
const FormRules kPicker{.has_class_picker = true, .classes = {"Ant", "Bee"}};
const FormRules kShaped{.has_class_picker = true, .has_shape = true, .classes = {"Ant"}};
}  // namespace

TEST_CASE("a start says how many users, how fast, for how long and where") {
  const auto form = read_start_form(
      {{"user_count", "5"}, {"spawn_rate", "0.5"}, {"run_time", "1m"}, {"host", "http://<a>"}, {"acrida_run", "3"}},
      kPlain);
  CHECK(form.users == 5);
  CHECK(form.spawn_rate == 0.5);
  CHECK(form.run_time_s == 60);
  CHECK(form.host == "http://a");
  CHECK_FALSE(form.profile);
  CHECK_FALSE(form.user_classes);
}

TEST_CASE("what is missing or cannot be meant is refused as a whole") {
  CHECK_THROWS_WITH(read_start_form({{"user_count", "5"}}, kPlain),
                    "Missing or invalid user_count or spawn_rate from /swarm request");
  CHECK_THROWS_WITH(read_start_form({{"user_count", "5x"}, {"spawn_rate", "1"}}, kPlain),
                    "Invalid user_count value: '5x' (must be an integer)");
  CHECK_THROWS_AS(read_start_form({{"user_count", "-1"}, {"spawn_rate", "1"}}, kPlain), BadForm);
  CHECK_THROWS_AS(read_start_form({{"user_count", "1"}, {"spawn_rate", "nan"}}, kPlain), BadForm);
  CHECK_THROWS_AS(read_start_form({{"user_count", "1"}, {"spawn_rate", "1"}, {"run_time", "soon"}}, kPlain), BadForm);
  CHECK_THROWS_WITH(read_start_form({{"user_count", "1000000001"}, {"spawn_rate", "1"}}, kPlain),
                    "user_count is too large: at most 1000000000");
  for (const std::string& endless : {std::string(400, '9'), std::string("9000000000000000000h"), std::string("87841h")})
    CHECK_THROWS_WITH(read_start_form({{"user_count", "1"}, {"spawn_rate", "1"}, {"run_time", endless}}, kPlain),
                      "run_time is too long: at most 10 years.");
}

TEST_CASE("the class picker chooses classes; an edit may leave them as they are") {
  const wire::Fields start{{"user_count", "1"}, {"spawn_rate", "1"}, {"user_classes", "Bee"}, {"user_classes", "Cow"}};
  CHECK(read_start_form(start, kPicker).user_classes == std::vector<std::string>{"Bee"});
  const wire::Fields bare{{"user_count", "1"}, {"spawn_rate", "1"}};
  CHECK(read_start_form(bare, kPicker).user_classes == kPicker.classes);
  FormRules running = kPicker;
  running.is_running = true;
  CHECK_FALSE(read_start_form(bare, running).user_classes);
  CHECK_THROWS_WITH(read_start_form({{"user_classes", "Cow"}}, kPicker), "There are no such user classes: Cow");
}

TEST_CASE("with the picker a shape is chosen by name") {
  CHECK(read_start_form({{"shape_class", program::kShapeName}}, kShaped).has_shape);
  CHECK_FALSE(read_start_form({{"user_count", "1"}, {"spawn_rate", "1"}}, kShaped).has_shape);
  CHECK_THROWS_WITH(read_start_form({{"shape_class", "Wave"}}, kShaped), "There is no such shape class: Wave");
}
