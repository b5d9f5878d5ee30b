#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "program/options.h"
#include "program/run_control.h"
#include "program/shown.h"
#include "program/start_form.h"
#include "web/site.h"

namespace acrida::program {

// The web page of a native program: tells the server on the control thread what there is, and carries out what people
// do there.
//
// Owner   the run. Thread: the main one.
// Fails   listen() throws web::ListenError.
class Page {
 public:
  // `options` are what the next start says by itself; a start changes them.
  Page(RunControl& control, Shown& shown, Options& options);
  ~Page();

  void listen();
  int descriptor() const { return site_->desk().queue().descriptor(); }
  // After the descriptor was readable, or when the run has gone on.
  void turn(base::Instant now);
  web::LiveStats& statistics() { return site_->statistics(); }
  void close();

 private:
  struct Change {
    std::uint64_t id;
    web::Route route;
    wire::Fields fields;
    std::string body;
  };
  void show(unsigned parts);
  void show_state();
  void begin_changes(base::Instant now);
  web::Answer carry_out(Change& change, base::Instant now);
  web::Json start(const wire::Fields& fields, base::Instant now);
  void apply(const StartForm& form);
  web::Answer edit_class(const std::string& body);
  std::string address() const;

  RunControl& control_;
  Shown& shown_;
  Options& options_;
  std::shared_ptr<web::Site> site_;
  std::vector<Change> changes_;             // not begun: a start waits for a stop in progress
  std::vector<std::uint64_t> stop_askers_;  // are answered when the test has stopped
  web::Json last_form_ = web::Json::object();
  bool is_open_ = false;
};

}  // namespace acrida::program
