#include "program/config_file.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace acrida::program;

namespace {

// "users=5 tags=[x|y]"
std::string shown(const std::vector<Setting>& settings) {
  std::string text;
  for (const Setting& each : settings) {
    text += (text.empty() ? "" : " ") + each.name + "=" + (each.is_list ? "[" : "");
    for (std::size_t i = 0; i < each.values.size(); ++i) text += (i ? "|" : "") + each.values[i];
    if (each.is_list) text += "]";
  }
  return text;
}

std::string conf(const std::string& text) {
  std::istringstream stream(text);
  return shown(read_conf(stream));
}
std::string toml(const std::string& text) {
  std::istringstream stream(text);
  return shown(read_toml(stream));
}

}  // namespace

TEST_CASE("a line of a .conf has a name and, by '=', ':' or a blank, a value") {
  CHECK(conf("users = 5\nrun-time: 1m\nspawn-rate 2\n--host=http://a\n") ==
        "users=5 run-time=1m spawn-rate=2 --host=http://a");
  CHECK(conf("headless\n  only-summary  # why not\n") == "headless=true only-summary=true");
  CHECK(conf("host = http://a:80/?q=1#x ; ours\n") == "host=http://a:80/?q=1#x");
  CHECK(conf("csv = 'a b'\nhtml=\n") == "csv=a b html=");
}

TEST_CASE("comments, headings of sections and empty lines of a .conf say nothing") {
  CHECK(conf("# a\n; b\n[locust]\n---\n\n   \n").empty());
  CHECK_THROWS_WITH(conf("users = 1\n= 5\n"), "line 2 begins with no name: = 5");
}

TEST_CASE("values in brackets are a list") {
  CHECK(conf("tags = [x, \"y z\"]\nexclude-tags = []\n") == "tags=[x|y z] exclude-tags=[]");
}

TEST_CASE("of a TOML file only its section counts") {
  CHECK(toml("[tool.black]\nline-length = 88\n").empty());
  CHECK(toml("[tool.locust]\nusers = 5\nspawn-rate = 2.5\nheadless = true\nhost = \"h\"\ntags = [\"a\", \"b\"]\n") ==
        "headless=true host=h spawn-rate=2.5 tags=[a|b] users=5");
  CHECK_THROWS_AS(toml("[tool.locust\n"), ConfigProblem);
  CHECK_THROWS_AS(toml("[tool.locust]\nusers = {a = 1}\n"), ConfigProblem);
  CHECK_THROWS_AS(toml("[| a"), ConfigProblem);
}
