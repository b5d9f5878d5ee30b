#include "program/page.h"

#include <fmt/format.h>

#include <utility>

#include "app/control_thread.h"
#include "base/locust_version.h"
#include "program/log.h"
#include "program/packed_page.h"
#include "web/answers.h"

namespace acrida::program {

namespace {

using Kind = web::HubMessage::Kind;
using Part = web::RunView::Part;

std::string without_end_slash(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path;
}

web::PageOptions page_options(const Options& options) {
  return {.base_path = without_end_slash(options.web_base_path),
          .own_build_folder = options.build_path,
          .package_folder = {},
          .version = base::kLocustVersion,
          .acrida_version = ACRIDA_VERSION,
          .has_login = false,
          .packed_files = packed_page()};
}

// What the next start form begins with.
web::Json remembered(const wire::Fields& fields) {
  web::Json form = web::Json::object();
  for (const auto& [name, value] : fields) {
    if (name == "acrida_run") continue;
    web::Json& field = form[name];
    if (field.is_null())
      field = value;
    else if (field.is_array())
      field.push_back(value);
    else
      field = web::Json::array({field, value});
  }
  return form;
}

}  // namespace

Page::Page(RunControl& control, Shown& shown, Options& options)
    : control_(control),
      shown_(shown),
      options_(options),
      site_(std::make_shared<web::Site>(app::control_thread().loop(), page_options(options))) {
  const auto& shelf = control_.results().statistics().shelf();
  site_->view().set_statistics(shelf);
  site_->statistics().watch(shelf);
  set_log_listener([site = site_](const std::string& line) { site->view().add_log_lines({line}); });
}

Page::~Page() { close(); }

void Page::listen() {
  show(~0u);
  const bool is_any = options_.web_host.empty() || options_.web_host == "*";
  if (options_.web_port < 0 || options_.web_port > 65535)
    throw web::ListenError(fmt::format("--web-port is {}: a port is a number from 0 to 65535", options_.web_port));
  web::ListenOptions listening;
  listening.host = is_any ? "" : options_.web_host;
  listening.port = static_cast<std::uint16_t>(options_.web_port);
  listening.tls_certificate = options_.tls_certificate;
  listening.tls_key = options_.tls_key;
  std::vector<std::string> names;
  for (const std::string& name : {listening.host, options_.web_display_name})
    if (!name.empty()) names.push_back(name);
  site_->listen(listening, std::move(names));
  is_open_ = true;
  log(Level::Info, kMain, "Starting web interface at {}", address());
}

std::string Page::address() const {
  const bool is_any = options_.web_host.empty() || options_.web_host == "*";
  if (is_any && !options_.web_display_name.empty()) return options_.web_display_name;
  std::string host = is_any ? "0.0.0.0" : options_.web_host;
  if (host.find(':') != host.npos) host = "[" + host + "]";
  const bool is_tls = !options_.tls_certificate.empty() && !options_.tls_key.empty();
  return fmt::format("{}://{}:{}{}", is_tls ? "https" : "http", host, site_->port(),
                     without_end_slash(options_.web_base_path));
}

void Page::close() {
  set_log_listener(nullptr);
  if (!std::exchange(is_open_, false)) return;
  site_->close();
}

// ---- showing

void Page::show(unsigned parts) {
  const auto put = [&](Part part, auto&& make) {
    if (parts & web::bit(part)) site_->view().put(part, make());
  };
  put(Part::Status, [&] { return shown_.status(); });
  put(Part::Page, [&] { return shown_.page(); });
  put(Part::Tasks, [&] { return shown_.tasks(); });
  put(Part::Exceptions, [&] { return control_.results().exceptions_json(); });
  put(Part::Settings, [&] { return shown_.settings(); });
  put(Part::WorkerLogs, [&] { return control_.runner().worker_logs(); });
}

// Whoever reads after an answer sees what has changed.
void Page::show_state() {
  show(web::bit(Part::Status) | web::bit(Part::Page) | web::bit(Part::Tasks) | web::bit(Part::Exceptions));
}

void Page::turn(base::Instant now) {
  unsigned parts = 0;
  std::vector<std::uint64_t> asked;
  for (web::HubMessage& message : site_->desk().queue().take()) {
    if (message.kind == Kind::Refresh) {
      parts |= message.parts;
      asked.push_back(message.id);
    } else if (message.kind == Kind::Change) {
      changes_.push_back({message.id, message.route, std::move(message.fields), std::move(message.request.body)});
    }
  }
  begin_changes(now);
  if (control_.runner().is_idle() && !stop_askers_.empty()) {
    show_state();
    for (const std::uint64_t id : std::exchange(stop_askers_, {}))
      site_->desk().answer(id, web::json_answer({{"success", true}, {"message", "Test stopped"}}));
  }
  if (asked.empty()) return;
  show(parts);
  (void)site_->statistics().take_old_tests();
  site_->desk().refreshed(std::move(asked));
}

// ---- changing

void Page::begin_changes(base::Instant now) {
  std::vector<Change> waiting;
  for (Change& change : std::exchange(changes_, {})) {
    const RunState state = control_.runner().state();
    const bool must_wait = state == RunState::Cleanup || state == RunState::Stopping;
    if (change.route == web::Route::Stop) {
      control_.stop(now);
      stop_askers_.push_back(change.id);
    } else if (change.route == web::Route::Swarm && must_wait) {
      waiting.push_back(std::move(change));
    } else {
      web::Answer answer = carry_out(change, now);
      show_state();
      if (change.route == web::Route::Swarm) site_->start_gate().done();
      site_->desk().answer(change.id, std::move(answer));
    }
  }
  changes_ = std::move(waiting);
}

web::Answer Page::carry_out(Change& change, base::Instant now) {
  if (change.route == web::Route::User) return edit_class(change.body);
  if (change.route == web::Route::Reset) {
    control_.reset();
    return web::html_answer("ok");
  }
  const auto refused = [this](const std::string& text, int status) {
    const std::string& host = control_.cast().host();
    return web::json_answer(
        {{"success", false}, {"message", text}, {"host", host.empty() ? web::Json() : web::Json(host)}}, status);
  };
  try {
    return web::json_answer(start(change.fields, now));
  } catch (const BadForm& problem) {
    return refused(problem.what(), problem.status);
  } catch (const std::exception& problem) {
    log(Level::Error, "locust.web", "The start failed: {}", problem.what());
    return refused(problem.what(), 500);
  }
}

web::Json Page::start(const wire::Fields& fields, base::Instant now) {
  Cast& cast = control_.cast();
  const bool is_running = !control_.runner().is_idle();
  const StartForm form =
      read_start_form(fields, {options_.has_class_picker, cast.find_shape() != nullptr, is_running, cast.available()});
  apply(form);
  // An edit sends less than a start: what it leaves out stays as it was.
  if (!is_running) last_form_ = web::Json::object();
  last_form_.update(remembered(fields));
  site_->renderer().set_last_form(last_form_);
  web::Json answer = {{"success", true},
                      {"message", "Swarming started"},
                      {"host", cast.host().empty() ? web::Json() : web::Json(cast.host())}};
  if (form.has_shape) {
    control_.start_shape(now);
    answer["message"] = fmt::format("Swarming started using shape class '{}'", kShapeName);
    return answer;
  }
  if (form.has_run_time || !is_running) control_.limit_run_time(form.run_time_s, now, true);
  if (!control_.start({*form.users, *form.spawn_rate}, now)) throw BadForm("The test is being stopped: try again");
  if (form.run_time_s > 0) answer["run_time"] = form.run_time_s;
  if (options_.has_class_picker) {
    std::vector<std::string> names;
    for (const auto* user : cast.chosen()) names.push_back(user->name);
    answer["user_classes"] = std::move(names);
  }
  return answer;
}

void Page::apply(const StartForm& form) {
  Cast& cast = control_.cast();
  if (form.host) cast.set_host(*form.host);
  if (form.profile) options_.profile = *form.profile;
  if (form.user_classes && !cast.choose(*form.user_classes))
    throw BadForm("None of the chosen user classes has a weight above 0");
  if (form.users) options_.users = form.users;
  if (form.spawn_rate) options_.spawn_rate = form.spawn_rate;
  if (form.has_run_time) options_.run_time_s = form.run_time_s;
}

web::Answer Page::edit_class(const std::string& body) {
  const web::Json settings = web::Json::parse(body, nullptr, false);
  if (!settings.is_object() || !settings.contains("user_class_name"))
    return web::refusal(400, "Send a JSON object with user_class_name and attributes of it.");
  try {
    control_.edit_class(settings);
  } catch (const std::invalid_argument& problem) {
    return web::refusal(400, fmt::format("The class is not changed: {}", problem.what()));
  }
  return web::json_answer(web::Json::object(), 201);
}

}  // namespace acrida::program
