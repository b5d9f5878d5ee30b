#include "wire/form.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace acrida::wire;

namespace {

const std::string kMultipart =
    "--xyz\r\nContent-Disposition: form-data; name=\"user_count\"\r\n\r\n10\r\n"
    "--xyz\r\ncontent-disposition: form-data; name=tags\r\nContent-Type: text/plain\r\n\r\na\r\nb\r\n"
    "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.txt\"\r\n\r\nnot a field\r\n"
    "--xyz\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\n\r\n--xyz--\r\n";

}  // namespace

TEST_CASE("a urlencoded form: escapes, plus signs, repeated and empty fields") {
  const Fields fields = parse_urlencoded("a=1&b=x%20y+z&&c&a=%C3%A9&d=%zz&=e&f=1=2");
  CHECK(fields == Fields{{"a", "1"}, {"b", "x y z"}, {"c", ""}, {"a", "é"}, {"d", "%zz"}, {"", "e"}, {"f", "1=2"}});
  CHECK(find_field(fields, "a") == "1");
  CHECK(find_field(fields, "nothing").empty());
  CHECK(parse_urlencoded("").empty());
  CHECK(percent_decoded("/a%2Fb+c%", false) == "/a/b+c%");
}

TEST_CASE("a multipart form: fields in order, uploaded files left out") {
  const auto form = parse_form("multipart/form-data; charset=utf-8; boundary=\"xyz\"", kMultipart);
  REQUIRE(form);
  CHECK(*form == Fields{{"user_count", "10"}, {"tags", "a\r\nb"}, {"tags", ""}});
  CHECK(parse_form("multipart/form-data; boundary=xyz", "preamble\r\n" + kMultipart)->size() == 3);
}

TEST_CASE("a body of another type has no fields") {
  CHECK(parse_form("application/json", "{\"user_count\": 1}")->empty());
  CHECK(parse_form("", "a=1")->empty());
}

TEST_CASE("a malformed multipart form is an error that says what is wrong") {
  CHECK(parse_form("multipart/form-data", kMultipart).error() == "The form has no usable boundary.");
  CHECK(parse_form("multipart/form-data; boundary=abc", kMultipart).error() ==
        "The body of the form does not contain its boundary.");
  const std::string cut = kMultipart.substr(0, kMultipart.size() - 10);
  CHECK(parse_form("multipart/form-data; boundary=xyz", cut).error() == "The body of the form is not complete.");
}

TEST_CASE("the number of fields is limited") {
  std::string many;
  for (std::size_t i = 0; i < 2 * kMostFields; ++i) many += "a=1&";
  CHECK(parse_urlencoded(many).size() == kMostFields);
  many.clear();
  for (std::size_t i = 0; i < 2 * kMostFields; ++i)
    many += "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
  CHECK(parse_form("multipart/form-data; boundary=b", many + "--b--").error() == "The form has too many fields.");
}

TEST_CASE("broken bytes never read beyond the body") {
  std::mt19937 random(20260904);
  const std::string type = "multipart/form-data; boundary=xyz";
  for (int round = 0; round < 3000; ++round) {
    std::string body = kMultipart;
    for (int i = 0; i < 8; ++i) {
      const std::size_t at = random() % body.size();
      if (random() % 2)
        body[at] = static_cast<char>(random());
      else
        body.erase(at, random() % 20);
    }
    std::size_t bytes = 0;
    if (const auto form = parse_form(type, body))
      for (const auto& [name, value] : *form) bytes += value.size();
    for (const auto& [name, value] : parse_urlencoded(body)) bytes += name.size() + value.size();
    CHECK(bytes <= 2 * body.size());
  }
}
