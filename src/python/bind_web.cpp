#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "python/control.h"
#include "stats/request_stats.h"
#include "web/answers.h"
#include "web/site.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace acrida::python {

namespace {

using web::HubMessage;
using web::Site;
using Part = web::RunView::Part;
using HeaderList = std::vector<std::pair<std::string, std::string>>;

const char* name_of(HubMessage::Kind kind) {
  switch (kind) {
    case HubMessage::Kind::Refresh:
      return "refresh";
    case HubMessage::Kind::Change:
      return "change";
    case HubMessage::Kind::Gate:
      return "gate";
    case HubMessage::Kind::Wsgi:
      return "wsgi";
    case HubMessage::Kind::Body:
      return "body";
    case HubMessage::Kind::Drained:
      return "drained";
    case HubMessage::Kind::Gone:
      return "gone";
  }
  return "";
}

constexpr std::pair<const char*, Part> kParts[] = {
    {"status", Part::Status},         {"page", Part::Page},         {"tasks", Part::Tasks},
    {"exceptions", Part::Exceptions}, {"settings", Part::Settings}, {"worker_logs", Part::WorkerLogs},
};

Part part_of(std::string_view name) {
  for (const auto& [each, part] : kParts)
    if (name == each) return part;
  throw nb::value_error("no such part of the run view");
}

nb::list names_of_parts(unsigned bits) {
  nb::list names;
  for (const auto& [name, part] : kParts)
    if (bits & web::bit(part)) names.append(name);
  return names;
}

// What came from a client, as WSGI wants it: each byte one character.
nb::object latin1(std::string_view text) {
  return nb::steal(PyUnicode_DecodeLatin1(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
}

// What a client sent in UTF-8; other bytes become U+FFFD.
nb::object utf8_or_marks(std::string_view text) {
  return nb::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

nb::tuple to_tuple(const web::Request& request) {
  nb::list headers;
  for (const web::Header& header : request.headers)
    headers.append(nb::make_tuple(latin1(header.name), latin1(header.value)));
  return nb::make_tuple(latin1(request.method), latin1(request.target), headers,
                        nb::bytes(request.body.data(), request.body.size()), latin1(request.peer), request.is_tls,
                        request.has_more_body);
}

nb::list take(Site& site) {
  nb::list taken;
  for (const HubMessage& message : site.desk().queue().take()) {
    nb::list fields;
    for (const auto& [name, value] : message.fields)
      fields.append(nb::make_tuple(utf8_or_marks(name), utf8_or_marks(value)));
    taken.append(nb::make_tuple(name_of(message.kind), message.id, names_of_parts(message.parts),
                                web::rule_of(message.route).path, to_tuple(message.request), fields));
  }
  return taken;
}

std::string to_string(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

web::Answer to_answer(int status, const HeaderList& headers, std::string body) {
  web::Answer answer{status, {}, std::move(body), {}};
  for (const auto& [name, value] : headers) answer.headers.push_back({name, value});
  return answer;
}

nb::tuple render(Site& site, std::string method, std::string target) {
  web::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  const auto path = web::below_base(request.path(), site.renderer().options().base_path);
  const web::RouteRule* rule = path ? web::find_rule(*path) : nullptr;
  web::Answer answer = rule ? site.renderer().render(*rule, request) : web::error_page(404, "Not Found", "");
  nb::list headers;
  if (!answer.content_type.empty()) headers.append(nb::make_tuple("Content-Type", answer.content_type));
  for (const web::Header& header : answer.headers) headers.append(nb::make_tuple(header.name, header.value));
  return nb::make_tuple(answer.status, headers, nb::bytes(answer.body.data(), answer.body.size()));
}

void put(Site& site, std::string_view part, std::string_view json) {
  web::Json value = web::Json::parse(json, nullptr, false);
  if (value.is_discarded()) throw nb::value_error("this is not JSON");
  site.view().put(part_of(part), std::move(value));
}

void listen(Site& site, std::string host, int port, std::string certificate, std::string key,
            std::vector<std::string> own_names) {
  if (port < 0 || port > 65535) throw nb::value_error("a port is a number from 0 to 65535");
  web::ListenOptions options;
  options.host = std::move(host);
  options.port = static_cast<std::uint16_t>(port);
  options.tls_certificate = std::move(certificate);
  options.tls_key = std::move(key);
  nb::gil_scoped_release unlocked;
  site.listen(options, std::move(own_names));
}

std::shared_ptr<Site> make_site(std::string base_path, std::string own_build_folder, std::string package_folder,
                                std::string version, std::string acrida_version, bool has_login) {
  const web::PageOptions options{std::move(base_path), std::move(own_build_folder), std::move(package_folder),
                                 std::move(version),   std::move(acrida_version),   has_login};
  return {new Site(control_loop(), options), [](const Site* site) {
            if (site->is_ours()) delete site;
          }};
}

// "go", or why not.
const char* try_begin_start(Site& site, std::optional<std::uint64_t> seen) {
  switch (site.try_begin_start(seen)) {
    case web::StartGate::Verdict::Go:
      return "go";
    case web::StartGate::Verdict::AnotherIsStarting:
      return "another is starting";
    default:
      return "another has started";
  }
}

void translate_listen_error(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const web::ListenError& failure) {
    PyErr_SetObject(PyExc_OSError,
                    nb::make_tuple(failure.is_address_in_use ? EADDRINUSE : EINVAL, failure.what()).ptr());
  }
}

void bind_hub_side(nb::class_<Site>& site) {
  site.def_prop_ro("descriptor", [](Site& self) { return self.desk().queue().descriptor(); })
      .def("take", &take, "(kind, id, parts, path of the route, request, fields) of everything that waits for the hub.")
      .def(
          "refreshed", [](Site& self, std::vector<std::uint64_t> ids) { self.desk().refreshed(std::move(ids)); },
          "ids"_a)
      .def(
          "allow", [](Site& self, std::uint64_t id) { self.desk().allow(id); }, "id"_a)
      .def(
          "read_more", [](Site& self, std::uint64_t id) { self.desk().read_more(id); }, "id"_a)
      .def(
          "answer",
          [](Site& self, std::uint64_t id, int status, const HeaderList& headers, const nb::bytes& body) {
            self.desk().answer(id, to_answer(status, headers, to_string(body)));
          },
          "id"_a, "status"_a, "headers"_a, "body"_a)
      .def(
          "begin",
          [](Site& self, std::uint64_t id, int status, const HeaderList& headers) {
            self.desk().begin(id, to_answer(status, headers, {}));
          },
          "id"_a, "status"_a, "headers"_a)
      .def(
          "push", [](Site& self, std::uint64_t id, const nb::bytes& bytes) { self.desk().push(id, to_string(bytes)); },
          "id"_a, "bytes"_a)
      .def(
          "end", [](Site& self, std::uint64_t id) { self.desk().end(id); }, "id"_a);
}

void bind_view(nb::class_<Site>& site) {
  site.def("put", &put, "part"_a, "json"_a)
      .def(
          "add_log_lines",
          [](Site& self, std::vector<std::string> lines) { self.view().add_log_lines(std::move(lines)); }, "lines"_a)
      .def(
          "watch",
          [](Site& self, stats::RequestStats* statistics) {
            self.view().set_statistics(statistics ? statistics->shelf() : nullptr);
            self.statistics().watch(self.view().statistics());
          },
          "statistics"_a.none())
      .def("let_go_of_old_tests", [](Site& self) { (void)self.statistics().take_old_tests(); })
      .def(
          "set_last_form",
          [](Site& self, std::string_view json) {
            web::Json value = web::Json::parse(json, nullptr, false);
            self.renderer().set_last_form(value.is_discarded() ? web::Json::object() : std::move(value));
          },
          "json"_a)
      .def(
          "set_policy",
          [](Site& self, bool has_app, bool all_through_app, bool has_hooks, const std::vector<std::string>& endpoints,
             const std::vector<std::string>& own_paths) {
            self.set_policy({has_app,
                             all_through_app,
                             has_hooks,
                             {endpoints.begin(), endpoints.end()},
                             {own_paths.begin(), own_paths.end()}});
          },
          "has_app"_a, "all_through_app"_a, "has_hooks"_a, "endpoints"_a, "own_paths"_a)
      .def(
          "history",
          [](Site& self, std::size_t most) {
            return web::compact(web::history_json(self.statistics().history(0, most)));
          },
          "most"_a);
}

}  // namespace

void bind_web(nb::module_& m) {
  nb::register_exception_translator(translate_listen_error);
  nb::class_<Site> site(m, "WebSite", "The web page and its HTTP interface, on the control thread.");
  site.def(nb::new_(&make_site), "base_path"_a, "own_build_folder"_a, "package_folder"_a, "version"_a,
           "acrida_version"_a, "has_login"_a)
      .def("listen", &listen, "host"_a, "port"_a, "certificate"_a, "key"_a, "own_names"_a)
      .def("close", &Site::close, nb::call_guard<nb::gil_scoped_release>())
      .def_prop_ro("port", &Site::port)
      .def_prop_ro("viewers", &Site::viewers)
      .def("render", &render, "method"_a, "target"_a, "Status, headers and body of a route that only shows something.")
      .def("try_begin_start", &try_begin_start, "seen"_a.none())
      .def("end_start", [](Site& self) { self.start_gate().done(); });
  bind_hub_side(site);
  bind_view(site);
  m.def(
      "web_routes",
      [] {
        nb::list routes;
        for (const web::RouteRule& rule : web::all_rules())
          routes.append(nb::make_tuple(rule.path, rule.endpoint, rule.has_get, rule.has_post, rule.needs_login));
        return routes;
      },
      "(path, endpoint, GET?, POST?, login?) of every built-in route; those without an endpoint are acrida's own.");
}

}  // namespace acrida::python
