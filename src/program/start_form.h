#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "wire/form.h"

// The form of POST /swarm, as python/acrida/_web/swarm_form.py reads it. Pure.
namespace acrida::program {

// A start, or a change of the run, as the form asks for it.
struct StartForm {
  std::optional<std::int64_t> users;
  std::optional<double> spawn_rate;
  bool has_run_time = false;
  std::int64_t run_time_s = 0;                           // 0: no limit
  std::optional<std::string> host, profile;              // not given: as they are
  std::optional<std::vector<std::string>> user_classes;  // not given: as they are
  bool has_shape = false;
};

// What cannot be done; the text is for the person who sent the form.
struct BadForm : std::runtime_error {
  BadForm(const std::string& text, int http_status = 200) : std::runtime_error(text), status(http_status) {}
  int status;
};

// What the form is read against.
struct FormRules {
  bool has_class_picker = false;
  bool has_shape = false;
  bool is_running = false;
  std::vector<std::string> classes;
};
inline constexpr const char* kShapeName = "LoadTestShape";

StartForm read_start_form(const wire::Fields& fields, const FormRules& rules);

}  // namespace acrida::program
