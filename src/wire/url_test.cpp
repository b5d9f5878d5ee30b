#include "wire/url.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "wire/redirect.h"

namespace acrida::wire {
namespace {

struct Vector {
  std::string input, want;
};

// Lines "input <tab> output", recorded from requests; "\t" and "\\" in the input are escapes.
std::vector<Vector> recorded(const std::string& name) {
  std::ifstream file(std::string(ACRIDA_TEST_DATA) + "/wire/" + name);
  std::vector<Vector> vectors;
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    Vector vector{"", line.substr(tab + 1)};
    for (std::size_t i = 0; i < tab; ++i) {
      const bool is_escape = line[i] == '\\';
      if (is_escape) ++i;
      vector.input += is_escape && line[i] == 't' ? '\t' : line[i];
    }
    vectors.push_back(vector);
  }
  REQUIRE(vectors.size() > 100);
  return vectors;
}

TEST_CASE("an absolute URL comes apart") {
  struct Row {
    const char* url;
    bool is_https;
    int port;
    const char *userinfo, *host, *target, *host_header;
  };
  for (const Row& row :
       {Row{"http://h", false, 80, "", "h", "/", "h"},
        Row{"https://H.Example:8443/a?b#c", true, 8443, "", "h.example", "/a?b", "h.example:8443"},
        Row{"HTTP://h?x=1", false, 80, "", "h", "/?x=1", "h"}, Row{"http://h:/x", false, 80, "", "h", "/x", "h"},
        Row{"http://h:80/", false, 80, "", "h", "/", "h"}, Row{"https://h:443/", true, 443, "", "h", "/", "h"},
        Row{"https://h:80/", true, 80, "", "h", "/", "h:80"}, Row{"http://h:0/", false, 80, "", "h", "/", "h"},
        Row{"http://u:p%40ss@h/", false, 80, "u:p%40ss", "h", "/", "h"},
        Row{"http://u:p@w@h:1/", false, 1, "u:p@w", "h", "/", "h:1"},
        Row{"http://[::1]/x", false, 80, "", "::1", "/x", "[::1]"},
        Row{"http://u@[FE80::1%25eth0]:99", false, 99, "u", "fe80::1%25eth0", "/", "[fe80::1]:99"},
        Row{"http://127.0.0.1:65535#x", false, 65535, "", "127.0.0.1", "/", "127.0.0.1:65535"},
        Row{" \nhttp://a_b.c/ ", false, 80, "", "a_b.c", "/ ", "a_b.c"},
        Row{"http://h\\x", false, 80, "", "h", "/\\x", "h"},
        Row{"http://h/a b?\xc3\xa9", false, 80, "", "h", "/a b?\xc3\xa9", "h"},
        Row{"http://h//a/../b", false, 80, "", "h", "//a/../b", "h"}}) {
    CAPTURE(row.url);
    const auto url = parse_url(row.url);
    REQUIRE(url.ok());
    CHECK(url.value().is_https == row.is_https);
    CHECK(url.value().port == row.port);
    CHECK(url.value().userinfo == row.userinfo);
    CHECK(url.value().host == row.host);
    CHECK(url.value().target == row.target);
    CHECK(url.value().host_header() == row.host_header);
  }
}

TEST_CASE("a URL that cannot be used is refused in the words of requests") {
  struct Row {
    const char* url;
    UrlErrorKind kind;
    const char* text;
  };
  for (const Row& row :
       {Row{"h/x", UrlErrorKind::MissingScheme,
            "Invalid URL 'h/x': No scheme supplied. Perhaps you meant https://h/x?"},
        Row{"", UrlErrorKind::MissingScheme, "Invalid URL '': No scheme supplied. Perhaps you meant https://?"},
        Row{"/x", UrlErrorKind::MissingScheme, "Invalid URL '/x': No scheme supplied. Perhaps you meant https:///x?"},
        Row{"ftp://h/x", UrlErrorKind::UnknownScheme, "No connection adapters were found for 'ftp://h/x'"},
        Row{"h:8080/x", UrlErrorKind::UnknownScheme, "No connection adapters were found for 'h:8080/x'"},
        Row{"httpx://h", UrlErrorKind::UnknownScheme, "No connection adapters were found for 'httpx://h'"},
        Row{"http://", UrlErrorKind::MissingHost, "Invalid URL 'http://': No host supplied"},
        Row{"http:///x", UrlErrorKind::MissingHost, "Invalid URL 'http:///x': No host supplied"},
        Row{"http://:80/x", UrlErrorKind::MissingHost, "Invalid URL 'http://:80/x': No host supplied"},
        Row{"http:h", UrlErrorKind::MissingHost, "Invalid URL 'http:h': No host supplied"},
        Row{"http:/h", UrlErrorKind::MissingHost, "Invalid URL 'http:/h': No host supplied"},
        Row{"http://h:abc/", UrlErrorKind::BadPort, "Failed to parse: 'h:abc' is not a valid host or port"},
        Row{"http://h:-1/", UrlErrorKind::BadPort, "Failed to parse: 'h:-1' is not a valid host or port"},
        Row{"http://h:100000/", UrlErrorKind::BadPort, "Failed to parse: 'h:100000' is not a valid host or port"},
        Row{"http://h:65536/", UrlErrorKind::BadPort, "Failed to parse: http://h:65536/"},
        Row{"http://::1/", UrlErrorKind::BadPort, "Failed to parse: '::1' is not a valid host or port"},
        Row{"http://[::1/x", UrlErrorKind::BadHost, "Failed to parse: '[::1' is not a valid host or port"},
        Row{"http://[x]/x", UrlErrorKind::BadHost, "Failed to parse: '[x]' is not a valid host or port"},
        Row{"http://[::1%a b]/", UrlErrorKind::BadHost, "Failed to parse: '[::1%a b]' is not a valid host or port"},
        Row{"http://[::1%\x01]/", UrlErrorKind::BadHost, "Failed to parse: '[::1%\x01]' is not a valid host or port"},
        Row{"http://[]/x", UrlErrorKind::BadHost, "Failed to parse: '[]' is not a valid host or port"},
        Row{"http://[::1]x/", UrlErrorKind::BadHost, "Failed to parse: '[::1]x' is not a valid host or port"},
        Row{"http:// h/", UrlErrorKind::BadHost, "Failed to parse: Host ' h' contains invalid character ' '"},
        Row{"http://h\r\nX: y/", UrlErrorKind::BadPort, "Failed to parse: 'h\r\nX: y' is not a valid host or port"},
        Row{"http://a\rb/", UrlErrorKind::BadHost, "Failed to parse: Host 'a\rb' contains invalid character '\r'"},
        Row{"http://m\xc3\xbcller.de/", UrlErrorKind::NonAsciiHost,
            "Failed to parse: Host 'm\xc3\xbcller.de' is not ASCII"}}) {
    CAPTURE(row.url);
    const auto url = parse_url(row.url);
    REQUIRE_FALSE(url.ok());
    CHECK(static_cast<int>(url.error().kind) == static_cast<int>(row.kind));
    CHECK(url.error().text == row.text);
  }
}

TEST_CASE("request targets are encoded as requests encodes them") {
  for (const Vector& vector : recorded("request_targets.tsv")) {
    CAPTURE(vector.input);
    CHECK(to_request_target(vector.input) == vector.want);
  }
}

TEST_CASE("requote does what requote_uri does") {
  for (const Vector& vector : recorded("requoted.tsv")) {
    CAPTURE(vector.input);
    CHECK(requote(vector.input) == vector.want);
  }
}

TEST_CASE("a target never carries a line break or a blank") {
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  for (const std::string& target : {to_request_target("/" + every), to_request_target("/?" + every)})
    for (char c : target) CHECK((c > ' ' && c < 0x7f));
}

TEST_CASE("the examples of RFC 3986, 5.4") {
  const char* base = "http://a/b/c/d;p?q";
  const Vector rows[] = {{"g:h", "g:h"},
                         {"g", "http://a/b/c/g"},
                         {"./g", "http://a/b/c/g"},
                         {"g/", "http://a/b/c/g/"},
                         {"/g", "http://a/g"},
                         {"//g", "http://g"},
                         {"?y", "http://a/b/c/d;p?y"},
                         {"g?y", "http://a/b/c/g?y"},
                         {"#s", "http://a/b/c/d;p?q#s"},
                         {"g#s", "http://a/b/c/g#s"},
                         {"g?y#s", "http://a/b/c/g?y#s"},
                         {";x", "http://a/b/c/;x"},
                         {"g;x", "http://a/b/c/g;x"},
                         {"g;x?y#s", "http://a/b/c/g;x?y#s"},
                         {"", "http://a/b/c/d;p?q"},
                         {".", "http://a/b/c/"},
                         {"./", "http://a/b/c/"},
                         {"..", "http://a/b/"},
                         {"../", "http://a/b/"},
                         {"../g", "http://a/b/g"},
                         {"../..", "http://a/"},
                         {"../../", "http://a/"},
                         {"../../g", "http://a/g"},
                         {"../../../g", "http://a/g"},
                         {"../../../../g", "http://a/g"},
                         {"/./g", "http://a/g"},
                         {"/../g", "http://a/g"},
                         {"g.", "http://a/b/c/g."},
                         {".g", "http://a/b/c/.g"},
                         {"g..", "http://a/b/c/g.."},
                         {"..g", "http://a/b/c/..g"},
                         {"./../g", "http://a/b/g"},
                         {"./g/.", "http://a/b/c/g/"},
                         {"g/./h", "http://a/b/c/g/h"},
                         {"g/../h", "http://a/b/c/h"},
                         {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                         {"g;x=1/../y", "http://a/b/c/y"},
                         {"g?y/./x", "http://a/b/c/g?y/./x"},
                         {"g?y/../x", "http://a/b/c/g?y/../x"},
                         {"g#s/../x", "http://a/b/c/g#s/../x"}};
  for (const Vector& row : rows) {
    CAPTURE(row.input);
    CHECK(resolve(base, row.input) == row.want);
  }
}

TEST_CASE("locations that servers really send") {
  CHECK(resolve("http://h", "login") == "http://h/login");
  CHECK(resolve("http://h?x", "login") == "http://h/login");
  CHECK(resolve("http://h/a?next=/b/c", "d") == "http://h/d");
  CHECK(resolve("https://h:8443/a#frag", "?") == "https://h:8443/a?");
  CHECK(resolve("https://h/a", "//other:81/b") == "https://other:81/b");
  CHECK(resolve("http://h/a", "https://h/a") == "https://h/a");
  CHECK(resolve("http://h/a", "/x?url=http://i/j") == "http://h/x?url=http://i/j");
}

TEST_CASE("forms are encoded as urlencode does") {
  using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;
  CHECK(form_urlencode(Pairs{}) == "");
  CHECK(form_urlencode(Pairs{{"a", "1"}, {"b", "x y"}, {"a", ""}}) == "a=1&b=x+y&a=");
  CHECK(form_urlencode(Pairs{{"k&=", "~_.-/?+%\xc3\xa9\n"}}) == "k%26%3D=~_.-%2F%3F%2B%25%C3%A9%0A");
}

TEST_CASE("redirects as requests follows them") {
  struct Row {
    int status;
    const char *method, *next;
    bool keeps_body;
  };
  for (const Row& row :
       {Row{301, "POST", "GET", false}, Row{301, "GET", "GET", false}, Row{301, "PUT", "PUT", false},
        Row{301, "HEAD", "HEAD", false}, Row{302, "POST", "GET", false}, Row{302, "DELETE", "GET", false},
        Row{302, "HEAD", "HEAD", false}, Row{303, "PUT", "GET", false}, Row{303, "HEAD", "HEAD", false},
        Row{307, "POST", "POST", true}, Row{308, "PATCH", "PATCH", true}}) {
    CAPTURE(row.status);
    CAPTURE(row.method);
    const NextRequest next = next_request(row.status, row.method);
    CHECK(next.method == row.next);
    CHECK(next.keeps_body == row.keeps_body);
  }
}

TEST_CASE("only five statuses lead elsewhere") {
  for (int status : {301, 302, 303, 307, 308}) CHECK(is_redirect(status));
  for (int status : {200, 300, 304, 305, 306, 309, 400}) CHECK_FALSE(is_redirect(status));
}

TEST_CASE("who may see the Authorization header after a redirect") {
  struct Row {
    const char *from, *to;
    bool drops;
  };
  for (const Row& row :
       {Row{"http://h/a", "http://h/b", false}, Row{"http://h/a", "http://H:80/b", false},
        Row{"http://h/a", "http://other/a", true}, Row{"http://h/a", "http://sub.h/a", true},
        Row{"http://h/a", "https://h/a", false}, Row{"http://h:80/a", "https://h:443/a", false},
        Row{"https://h/a", "http://h/a", true}, Row{"http://h/a", "http://h:8080/a", true},
        Row{"http://h:8080/a", "https://h/a", true}, Row{"http://h:8080/a", "http://h:8080/b", false}}) {
    CAPTURE(row.from);
    CAPTURE(row.to);
    auto from = parse_url(row.from), to = parse_url(row.to);
    CHECK(drops_authorization(*from, *to) == row.drops);
  }
}

}  // namespace
}  // namespace acrida::wire
