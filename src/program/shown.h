#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "program/options.h"
#include "program/run_control.h"
#include "program/usage.h"
#include "web/live_stats.h"

// What the page and the report show of a run, in the words of the Python program's python/acrida/_web/shown.py. Reads
// only.
namespace acrida::program {

struct Shown {
  const RunControl& control;
  const Options& options;
  const Usage& usage;
  std::string locustfile;  // the name of the program
  std::map<std::string, double> noticed_at = {};

  Json status();          // state, users, workers: what changes all the time
  Json page() const;      // what the page starts with
  Json tasks() const;     // {now, last}: ratios of the users that live, and of those that ran last
  Json settings() const;  // percentiles, intervals, the name of the full history

 private:
  Json notices();
};

// The text of the report on what was counted so far; empty if the program was built without its page.
std::string html_report(Shown& shown, web::LiveStats& statistics);
// Writes --html; a line of the log says why that was not possible.
void write_html(Shown& shown, web::LiveStats& statistics);

}  // namespace acrida::program
